import type { TinkConfig } from "../../config/tink.ts";
import { ProviderFailure } from "../provider.ts";
import { failureOf, unreachable, unreadable } from "./failures.ts";

const timeoutMsDefault = 20_000;
/** A hundred rows of generous size; a provider that sends more is in trouble. */
const answerBytesMax = 16 * 1024 * 1024;

export interface TinkRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Beginning with a slash; what varies in it is encoded by the caller. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Left out only where a token is asked for. */
  readonly token?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** Speaks HTTP with Tink's API, or with whatever speaks its wire format. */
export class TinkClient {
  readonly #baseUrl: string;
  readonly #timeoutMs: number;

  /** @param timeoutMs after which an answer is given up, its body included */
  constructor({ baseUrl }: Pick<TinkConfig, "baseUrl">, timeoutMs = timeoutMsDefault) {
    this.#baseUrl = baseUrl;
    this.#timeoutMs = timeoutMs;
  }

  /** The answer's JSON; null for an answer without a body. @throws ProviderFailure */
  async call(request: TinkRequest): Promise<unknown> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const response = await this.#send(request, signal);
    const body = await readBody(response);
    if (!response.ok) {
      throw failureOf({ status: response.status, headers: response.headers, body }, new Date());
    }
    return body === "" ? null : parse(body);
  }

  async #send(request: TinkRequest, signal: AbortSignal): Promise<Response> {
    const query = request.query ? `?${new URLSearchParams(request.query)}` : "";
    try {
      return await fetch(`${this.#baseUrl}${request.path}${query}`, {
        method: request.method,
        headers: headersOf(request),
        body: bodyOf(request),
        // A redirect would carry the token to wherever it points.
        redirect: "error",
        signal,
      });
    } catch (error) {
      throw unreachable(error);
    }
  }
}

function headersOf({ token, json }: TinkRequest): Record<string, string> {
  return {
    accept: "application/json",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(json !== undefined && { "content-type": "application/json; charset=utf-8" }),
  };
}

function bodyOf({ form, json }: TinkRequest): string | URLSearchParams | null {
  if (form !== undefined) return new URLSearchParams(form);
  return json === undefined ? null : JSON.stringify(json);
}

/** The same clock runs on while the body comes: a server that trickles is not waited for. */
async function readBody(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return Buffer.concat(chunks).toString("utf8");
      size += value.length;
      if (size > answerBytesMax) throw unreadable("the answer is too large");
      chunks.push(value);
    }
  } catch (error) {
    await reader?.cancel().catch(() => {});
    throw error instanceof ProviderFailure ? error : unreachable(error);
  }
}

/** Half an answer is no answer: it comes again, whole. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw unreadable("the answer is not JSON");
  }
}

/** Whether the token was not taken. */
export function isUnauthorised(error: unknown): error is ProviderFailure {
  return error instanceof ProviderFailure && error.wire?.httpStatus === 401;
}

/** Whether Tink knows no such thing (any more). */
export function isUnknown(error: unknown): error is ProviderFailure {
  return error instanceof ProviderFailure && [404, 410].includes(error.wire?.httpStatus ?? 0);
}
