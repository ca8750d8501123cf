import { type GuardedAnswer, type GuardedFetch, ProviderFailure } from "@tieout/connector-kit";
import { failureOf } from "./failures.ts";

/** The bank's API. Answers are parsed JSON. @throws ProviderFailure, RequestNotMade */
export interface BankApi {
  get(path: string, token: string): Promise<unknown>;
  post(path: string, token: string, body?: object): Promise<unknown>;
  delete(path: string, token: string): Promise<unknown>;
}

export function createBankApi(url: string, fetch: GuardedFetch): BankApi {
  const base = url.replace(/\/+$/, "");
  const headers = (token: string) => ({
    authorization: `Bearer ${token}`,
    accept: "application/json",
  });
  return {
    get: async (path, token) => read(await fetch(`${base}${path}`, { headers: headers(token) })),
    post: async (path, token, body = {}) =>
      read(
        await fetch(`${base}${path}`, {
          method: "POST",
          headers: { ...headers(token), "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      ),
    delete: async (path, token) =>
      read(await fetch(`${base}${path}`, { method: "DELETE", headers: headers(token) })),
  };
}

function read(answer: GuardedAnswer): unknown {
  const body = parse(answer.text);
  if (answer.status >= 200 && answer.status < 300) {
    if (body !== undefined) return body;
    const message = "The bank's answer could not be read.";
    throw new ProviderFailure({ kind: "temporary", message, detail: "a 2xx without JSON" });
  }
  const { error } = (body ?? {}) as { error?: { code?: unknown } | null };
  const code = typeof error?.code === "string" ? error.code : `http_${answer.status}`;
  throw new ProviderFailure(failureOf(code), retryAt(answer), {
    code,
    httpStatus: answer.status,
  });
}

/** `Retry-After` in seconds or as a date (RFC 9110). */
function retryAt({ headers }: GuardedAnswer): Date | null {
  const given = headers["retry-after"];
  if (given === undefined) return null;
  if (/^\d{1,6}$/.test(given)) return new Date(Date.now() + Number(given) * 1_000);
  const date = new Date(given);
  return Number.isNaN(date.getTime()) ? null : date;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
