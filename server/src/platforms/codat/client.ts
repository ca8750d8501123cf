import { Agent, request } from "undici";
import type { CodatConfig } from "../../config/codat.ts";
import type { PlatformFailure } from "../platform.ts";
import { failureOf, unanswered, unreadable } from "./failures.ts";

const timeoutMsDefault = 30_000;
/** A page of a thousand records is some 600 kB; a thousand pushed lines that are echoed are less. */
const answerBytesMax = 32 * 1024 * 1024;

export interface CodatCall {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Beginning with a slash; what varies in it is encoded by the caller. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Kept by Codat for 90 minutes with its answer, a 5xx too: never the same for what is meant to be another try. */
  readonly idempotencyKey?: string;
  /** Statuses beside 2xx that are answers here, and no failure. */
  readonly allow?: readonly number[];
}

export interface CodatAnswer {
  readonly status: number;
  /** Null for none. */
  readonly body: unknown;
}

/** Speaks HTTP with Codat's API, or with whatever speaks its wire format. Failures come out without secrets. */
export class CodatClient {
  readonly #base: URL;
  readonly #authorization: string;
  readonly #agent: Agent;
  readonly #timeoutMs: number;

  /** @param options.timeoutMs after which an answer is given up, its body included */
  constructor(
    config: Pick<CodatConfig, "baseUrl" | "apiKey">,
    { timeoutMs = timeoutMsDefault }: { timeoutMs?: number } = {},
  ) {
    this.#base = new URL(config.baseUrl);
    // Of the key alone, not of a user and a password.
    this.#authorization = `Basic ${Buffer.from(config.apiKey).toString("base64")}`;
    this.#timeoutMs = timeoutMs;
    this.#agent = new Agent({
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  }

  /** The body of a reading call. @throws PlatformFailure */
  async get(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    return (await this.call({ method: "GET", path, query })).body;
  }

  /** @throws PlatformFailure, with `outcomeUnknown` where the request may have been taken */
  async call(of: CodatCall): Promise<CodatAnswer> {
    const changes = of.method !== "GET";
    const answer = await this.#send(of, changes);
    const body = answer.text === "" ? null : parse(answer.text);
    if (answer.status >= 200 && answer.status < 300) {
      if (body === undefined) throw unreadable(`HTTP ${answer.status} without JSON`, changes);
      return { status: answer.status, body };
    }
    if (of.allow?.includes(answer.status)) return { status: answer.status, body: body ?? null };
    const refused = { status: answer.status, headers: answer.headers, body: body ?? null };
    throw failureOf(refused, new Date(), changes);
  }

  async #send(of: CodatCall, changes: boolean) {
    // Over all of it: headers that come and a body that never ends are no answer either.
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      // Redirects are not followed: one would carry the key to wherever it points.
      const answer = await request(this.#urlOf(of), {
        method: of.method,
        headers: {
          accept: "application/json",
          authorization: this.#authorization,
          ...(of.body !== undefined && { "content-type": "application/json" }),
          ...(of.idempotencyKey !== undefined && { "idempotency-key": of.idempotencyKey }),
        },
        dispatcher: this.#agent,
        signal,
        ...(of.body !== undefined && { body: JSON.stringify(of.body) }),
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
      throw silenced(error, changes);
    }
  }

  #urlOf({ path, query }: CodatCall): URL {
    const url = new URL(this.#base.origin + this.#base.pathname.replace(/\/+$/, "") + path);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    return url;
  }
}

class AnswerTooLarge extends Error {}

/** Nothing has been sent yet when one of these comes. */
const beforeSending: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Errors of the network carry addresses, and may carry more: only their code is kept. */
function silenced(error: unknown, changes: boolean): PlatformFailure {
  if (error instanceof AnswerTooLarge) return unanswered("the answer is too large", changes);
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (name === "TimeoutError") return unanswered("no answer in time", changes);
  const word = typeof code === "string" ? code : "no answer";
  return unanswered(word, changes && !beforeSending.has(word));
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
