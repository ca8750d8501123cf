import { describe, expect, test } from "vitest";
import { PlaidClient } from "../../../server/src/providers/plaid/client.ts";
import { failureOf, reasonOf } from "../../../server/src/providers/plaid/failures.ts";
import { ProviderFailure } from "../../../server/src/providers/provider.ts";

const now = new Date("2026-11-21T10:00:00Z");
const kindOf = (error_code: string) => reasonOf({ error_code }, 400).kind;

describe("Plaid's error codes", () => {
  test.each([
    "ITEM_LOGIN_REQUIRED",
    "INVALID_CREDENTIALS",
    "ITEM_LOCKED",
    "USER_SETUP_REQUIRED",
    "INSUFFICIENT_CREDENTIALS",
    "ACCESS_NOT_GRANTED",
    "NO_ACCOUNTS",
    "USER_PERMISSION_REVOKED",
  ])("%s asks for a person", (code) => expect(kindOf(code)).toBe("user_action_needed"));

  test.each(["INSTITUTION_NO_LONGER_SUPPORTED", "ITEM_NOT_FOUND"])("%s is final", (code) =>
    expect(kindOf(code)).toBe("final"),
  );

  test.each(["INSTITUTION_DOWN", "INTERNAL_SERVER_ERROR", "INVALID_API_KEYS", "NEVER_HEARD_OF"])(
    "%s is temporary",
    (code) => expect(kindOf(code)).toBe("temporary"),
  );
});

describe("a rate limit", () => {
  const limited = (headers: Record<string, string>) =>
    failureOf(
      { response: { status: 429, headers, data: { error_type: "RATE_LIMIT_EXCEEDED" } } },
      now,
    ).retryAt;

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

test("a failure carries none of what the SDK's error carries", async () => {
  const secret = "very-secret-value";
  const client = new PlaidClient({
    clientId: "id",
    secret,
    // Nobody listens on the discard port.
    baseUrl: "http://127.0.0.1:9",
    environment: "simulated",
  });
  const failure = await client
    .call((api) => api.itemGet({ access_token: "access-secret-token" }))
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ProviderFailure);
  const told = JSON.stringify(failure, Object.getOwnPropertyNames(failure as object));
  expect(told).not.toContain(secret);
  expect(told).not.toContain("access-secret-token");
});
