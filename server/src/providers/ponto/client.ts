import { Agent, request } from "undici";
import type { PontoConfig } from "../../config/ponto.ts";
import type { ProviderFailure } from "../provider.ts";
import { failureOf, unanswered } from "./failures.ts";
import { RequestSigner } from "./signature.ts";

const timeoutMsDefault = 20_000;
/** A page of 100 rows is some 200 kB. */
const answerBytesMax = 8 * 1024 * 1024;

export interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  /** Path and query, from the host on. */
  readonly path: string;
  /** "Bearer ..." or "Basic ..."; null for what is public to this certificate. */
  readonly authorization: string | null;
  readonly body?: { readonly type: string; readonly text: string };
}

/** Ponto's host over TLS with the client's certificate. Its failures come out as ProviderFailure, without secrets. */
export class PontoClient {
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #signer: RequestSigner | null;
  readonly #basic: string;
  readonly #timeoutMs: number;

  /** @param options.timeoutMs after which an answer is not waited for any longer */
  constructor(config: PontoConfig, { timeoutMs = timeoutMsDefault }: { timeoutMs?: number } = {}) {
    this.#timeoutMs = timeoutMs;
    this.#base = new URL(config.baseUrl);
    this.#signer = config.signature && new RequestSigner(config.signature);
    this.#basic = `Basic ${Buffer.from(`${config.clientId}:${config.clientSecret}`).toString("base64")}`;
    this.#agent = new Agent({
      connect: {
        cert: config.certificate,
        key: config.privateKey,
        ...(config.ca && { ca: config.ca }),
        timeout: timeoutMs,
      },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  }

  /** @returns the body as JSON; null for none. @throws ProviderFailure */
  get(path: string, token: string | null): Promise<unknown> {
    return this.call({ method: "GET", path, authorization: token && `Bearer ${token}` });
  }

  /** @throws ProviderFailure */
  post(path: string, token: string, document: unknown): Promise<unknown> {
    const body = { type: "application/vnd.api+json", text: JSON.stringify(document) };
    return this.call({ method: "POST", path, authorization: `Bearer ${token}`, body });
  }

  /** @throws ProviderFailure */
  async delete(path: string, token: string): Promise<void> {
    await this.call({ method: "DELETE", path, authorization: `Bearer ${token}` });
  }

  /** A call of the authorisation server's, as this client. @throws ProviderFailure */
  postForm(path: string, fields: Readonly<Record<string, string>>): Promise<unknown> {
    const text = new URLSearchParams(fields).toString();
    const body = { type: "application/x-www-form-urlencoded", text };
    return this.call({ method: "POST", path, authorization: this.#basic, body });
  }

  /**
   * The path and query of a link that an answer carries; null for one that leads off the API. Only what is returned
   * here may be called: a link to elsewhere would carry the token there.
   */
  pathOf(link: string): string | null {
    if (!URL.canParse(link, this.#base.href)) return null;
    const url = new URL(link, this.#base);
    const ours = url.origin === this.#base.origin && url.pathname.startsWith(this.#at("/"));
    return ours ? url.pathname.slice(this.#prefix.length) + url.search : null;
  }

  /** @throws ProviderFailure */
  async call(of: Call): Promise<unknown> {
    const url = new URL(this.#base.origin + this.#prefix + of.path);
    const headers: Record<string, string> = {
      accept: "application/vnd.api+json, application/json",
      ...(of.body && { "content-type": of.body.type }),
      ...(of.authorization && { authorization: of.authorization }),
    };
    const text = of.body?.text ?? "";
    const signed = this.#signer?.headersFor(
      { method: of.method, url, body: text, headers },
      new Date(),
    );
    const answer = await this.#send(of, url, { ...headers, ...signed });
    if (answer.status >= 200 && answer.status < 300) {
      if (answer.text === "") return null;
      const body = parse(answer.text);
      if (body === undefined) throw unanswered(`HTTP ${answer.status} without readable JSON`);
      return body;
    }
    const body = parse(answer.text) ?? null;
    throw failureOf({ status: answer.status, headers: answer.headers, body }, new Date());
  }

  async #send(of: Call, url: URL, headers: Record<string, string>) {
    // Over all of it: headers that come and a body that never ends are no answer either.
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      // Redirects are not followed: one would carry the token to wherever it points.
      const answer = await request(url, {
        method: of.method,
        headers,
        dispatcher: this.#agent,
        signal,
        ...(of.body && { body: of.body.text }),
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > answerBytesMax) throw new AnswerTooLarge();
        chunks.push(chunk);
      }
      const text = Buffer.concat(chunks).toString("utf8");
      return { status: answer.statusCode, headers: answer.headers, text };
    } catch (error) {
      throw this.#silence(error);
    }
  }

  /** Errors of the network carry addresses, and may carry more: only their code is kept. */
  #silence(error: unknown): ProviderFailure {
    if (error instanceof AnswerTooLarge) return unanswered("the answer is too large");
    const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
    if (name === "TimeoutError") return unanswered("no answer in time");
    return unanswered(typeof code === "string" ? code : "no answer");
  }

  get #prefix(): string {
    return this.#base.pathname.replace(/\/+$/, "");
  }

  #at(path: string): string {
    return this.#prefix + path;
  }
}

class AnswerTooLarge extends Error {}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
