import { describe, expect, test } from "vitest";
import { toConnection } from "../../../server/src/providers/saltedge/connection.ts";
import { failureOfAnswer, reasonOf } from "../../../server/src/providers/saltedge/failures.ts";

const now = new Date("2026-11-21T10:00:00Z");
const kindOf = (errorClass: string) => reasonOf(errorClass, 400).kind;

function failure(body: unknown, status = 400, headers: Record<string, string> = {}) {
  return failureOfAnswer({ status, headers: new Headers(headers), body }, now);
}

describe("Salt Edge's error classes", () => {
  test.each([
    "InvalidCredentials",
    "InvalidInteractiveCredentials",
    "InteractiveTimeout",
    "ProviderAccessNotGranted",
    "AispConsentExpired",
    "ConsentExpired",
    "AispConsentRevoked",
    "ConsentRevoked",
    "ConnectionDisabled",
    "CredentialsNotMatch",
  ])("%s asks for a person", (code) => expect(kindOf(code)).toBe("user_action_needed"));

  test.each(["ConnectionNotFound", "CustomerNotFound"])("%s is final", (code) =>
    expect(kindOf(code)).toBe("final"),
  );

  test.each([
    "ProviderError",
    "ProviderUnavailable",
    "BackgroundFetchLimitExceeded",
    "ConnectionAlreadyProcessing",
    "SignatureNotMatch",
    "ApiKeyNotFound",
    "NeverHeardOf",
  ])("%s is temporary", (code) => expect(kindOf(code)).toBe("temporary"));

  test("say the same with and without the service in front", () => {
    expect(reasonOf("AispConsentExpired", null).message).toBe(
      reasonOf("ConsentExpired", null).message,
    );
  });

  test.each([undefined, null, 7, "text", [], {}, { error: "text" }, { error: { class: 4 } }])(
    "that are none (%j) are temporary",
    (body) => expect(failure(body, 500).kind).toBe("temporary"),
  );

  test("leave the answer's own words behind, which may quote the request", () => {
    const told = failure({ error: { class: "WrongRequestFormat", message: "secret-of-ours" } });
    expect(JSON.stringify(told, Object.getOwnPropertyNames(told))).not.toContain("secret-of-ours");
  });
});

describe("a rate limit", () => {
  const limited = (headers: Record<string, string>) =>
    failure({ error: { class: "RateLimitExceeded" } }, 429, headers).retryAt;

  test("is waited for as long as the provider asks", () => {
    expect(limited({ "retry-after": "90" })).toEqual(new Date("2026-11-21T10:01:30Z"));
    const date = "Sat, 21 Nov 2026 10:02:00 GMT";
    expect(limited({ "retry-after": date })).toEqual(new Date("2026-11-21T10:02:00Z"));
  });

  test("that does not say how long is waited for half a minute, and one that says too long for an hour", () => {
    expect(limited({})).toEqual(new Date("2026-11-21T10:00:30Z"));
    expect(limited({ "retry-after": "999999" })).toEqual(new Date("2026-11-21T11:00:00Z"));
  });
});

describe("a refused refresh", () => {
  const possible = "2026-11-21T10:40:00Z";
  test.each([
    ["in the error", { error: { class: "X", next_refresh_possible_at: possible } }],
    ["beside it", { error: { class: "X" }, next_refresh_possible_at: possible }],
    ["in the data", { error: { class: "X" }, data: { next_refresh_possible_at: possible } }],
  ])("says when it may come, %s", (_where, body) => {
    expect(failure(body, 406).retryAt).toEqual(new Date(possible));
  });

  test("that names no moment has none", () => {
    expect(failure({ error: { next_refresh_possible_at: "soon" } }, 406).retryAt).toBeNull();
  });
});

describe("a connection", () => {
  const read = (more: Record<string, unknown>) =>
    toConnection({ id: "1", status: "active", ...more });

  test("that works has no failure", () => {
    expect(read({ last_attempt: { success_at: "2026-11-21T09:00:00Z" } })?.failure).toBeNull();
  });

  test("that is inactive says why as its attempt does", () => {
    const last_attempt = { fail_error_class: "InvalidCredentials" };
    expect(read({ status: "inactive", last_attempt })?.failure?.kind).toBe("user_action_needed");
  });

  test("that is disabled asks for a person", () => {
    expect(read({ status: "disabled" })?.failure?.kind).toBe("user_action_needed");
  });

  test("that is inactive and does not say why is in trouble that may pass", () => {
    expect(read({ status: "inactive" })?.failure?.kind).toBe("temporary");
  });

  test("of a status that nobody knows yet is no failure by itself", () => {
    expect(read({ status: "dreaming" })).toMatchObject({ active: false, failure: null });
  });
});
