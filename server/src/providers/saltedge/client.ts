import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { SaltEdgeConfig } from "../../config/saltedge.ts";
import { ProviderFailure } from "../provider.ts";
import { failureOfAnswer, unreachable } from "./failures.ts";

const timeoutMsDefault = 20_000;
/** A thousand rows of generous size; a provider that sends more is in trouble. */
const answerBytesMax = 32 * 1024 * 1024;
const signatureSeconds = 60;

export interface SaltEdgeCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below /api/v6, such as "/connections". */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as `{data}`. */
  readonly data?: unknown;
}

/** A read or written object, or a page of them; every part may be missing from what a stranger answers. */
export interface SaltEdgeAnswer {
  readonly data: unknown;
  /** Where the next page starts; null on the last one. */
  readonly nextId: string | null;
}

/**
 * Salt Edge's API. Every call is signed over its own address and body, so that a key pair stands for this
 * installation, not the secret alone.
 */
export class SaltEdgeClient {
  readonly #config: SaltEdgeConfig;
  readonly #key: KeyObject;
  readonly #timeoutMs: number;

  constructor(config: SaltEdgeConfig, timeoutMs = timeoutMsDefault) {
    this.#config = config;
    this.#timeoutMs = timeoutMs;
    this.#key = createPrivateKey(config.privateKey);
  }

  /** @throws ProviderFailure */
  async call(call: SaltEdgeCall): Promise<SaltEdgeAnswer> {
    const response = await this.#send(call);
    const text = await readText(response);
    if (!response.ok) {
      const answered = { status: response.status, headers: response.headers, body: parse(text) };
      throw failureOfAnswer(answered, new Date());
    }
    const body = text === "" ? {} : parse(text);
    if (typeof body !== "object" || body === null) throw unreachable("an answer that is no JSON");
    const { data, meta } = body as { data?: unknown; meta?: { next_id?: unknown } | null };
    return { data, nextId: idOf(meta?.next_id) };
  }

  async #send(call: SaltEdgeCall): Promise<Response> {
    const { method } = call;
    const url = this.#addressOf(call);
    const body = call.data === undefined ? "" : JSON.stringify({ data: call.data });
    const expiresAt = Math.floor(Date.now() / 1_000) + signatureSeconds;
    const signed = `${expiresAt}|${method}|${url}|${body}`;
    try {
      return await fetch(url, {
        method,
        // A redirect would carry the secret headers to wherever it points.
        redirect: "manual",
        signal: AbortSignal.timeout(this.#timeoutMs),
        headers: {
          accept: "application/json",
          "content-type": "application/json",
          "app-id": this.#config.appId,
          secret: this.#config.secret,
          "expires-at": String(expiresAt),
          signature: sign("RSA-SHA256", Buffer.from(signed), this.#key).toString("base64"),
        },
        ...(body === "" ? {} : { body }),
      });
    } catch (error) {
      throw unreachable(codeOf(error));
    }
  }

  #addressOf({ path, query = {} }: SaltEdgeCall): string {
    const url = new URL(`${this.#config.baseUrl}/api/v6${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }
}

/** @throws ProviderFailure for a body that breaks off or does not end */
async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      bytes += read.value.length;
      if (bytes > answerBytesMax) throw unreachable("an answer that is too large");
      chunks.push(read.value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof ProviderFailure ? error : unreachable(codeOf(error));
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function idOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" && value.length <= 100 ? value : null;
}

/** What went wrong in one word: fetch's own errors carry the request, secret headers included. */
function codeOf(error: unknown): string {
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  const code = cause?.code ?? name;
  return typeof code === "string" ? code.slice(0, 60) : "no answer";
}
