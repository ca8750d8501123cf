import { describe, expect, test } from "vitest";
import { failureOf, unanswered } from "../../../server/src/platforms/codat/failures.ts";

const now = new Date("2026-11-21T10:00:00Z");

function failure(status: number, of: { headers?: object; body?: unknown; changes?: boolean } = {}) {
  const headers = { ...of.headers };
  return failureOf({ status, headers, body: of.body ?? null }, now, of.changes ?? false);
}

describe("an answer that says no", () => {
  test.each([
    [400, "rejected"],
    [401, "temporary"],
    [402, "rejected"],
    [403, "rejected"],
    [404, "rejected"],
    [408, "temporary"],
    [409, "temporary"],
    [422, "rejected"],
    [429, "temporary"],
    [451, "rejected"],
    [500, "temporary"],
    [503, "temporary"],
    [599, "temporary"],
  ])("of HTTP %i is %s", (status, kind) => {
    expect(failure(status).kind).toBe(kind);
  });

  test("can be retried where Codat says so", () => {
    expect(failure(400, { body: { canBeRetried: "True" } }).kind).toBe("temporary");
    expect(failure(400, { body: { canBeRetried: "Unknown" } }).kind).toBe("rejected");
  });

  test("leaves open what became of a change, if it may have been taken", () => {
    const open = [400, 401, 404, 408, 409, 422, 429, 500, 502, 503].filter(
      (status) => failure(status, { changes: true }).outcomeUnknown,
    );
    expect(open).toEqual([408, 409, 500, 502, 503]);
    expect(failure(500).outcomeUnknown).toBe(false);
  });

  test("tells people what is wrong with the request, and the log only codes", () => {
    const body = {
      ...{ statusCode: 400, service: "PublicApi", error: "Not valid.", correlationId: "77af-1" },
      validation: { errors: [{ itemId: "sortCode", message: "is required" }] },
      ...{ canBeRetried: "Unknown", detailedErrorCode: 3 },
    };
    const { message, detail } = failure(400, { body });
    expect(message).toBe("Codat refused it: sortCode is required");
    expect(detail).toBe("HTTP 400 PublicApi code 3 correlation 77af-1");
    expect(failure(418, { body: "tea" }).message).toBe(
      "Codat refused it: The request could not be read.",
    );
  });

  test("says until when to wait: seconds, a date, the limit's reset, or half a minute", () => {
    const wait = (headers: object) => failure(429, { headers }).retryAt?.toISOString();
    expect(wait({ "retry-after": "90" })).toBe("2026-11-21T10:01:30.000Z");
    expect(wait({ "retry-after": "Sat, 21 Nov 2026 10:02:00 GMT" })).toBe(
      "2026-11-21T10:02:00.000Z",
    );
    expect(wait({ "x-rate-limit-reset": "2026-11-21T12:00:00Z" })).toBe("2026-11-21T12:00:00.000Z");
    expect(wait({})).toBe("2026-11-21T10:00:30.000Z");
    expect(wait({ "retry-after": "999999" })).toBe("2026-11-22T10:00:00.000Z");
    // Every answer bears the day's reset: trouble that passes does not last until then.
    const headers = { "x-rate-limit-reset": "2026-11-22T00:00:00Z" };
    expect(failure(503, { headers }).retryAt?.toISOString()).toBe("2026-11-21T10:00:30.000Z");
    expect(failure(500).retryAt).toBeNull();
  });
});

test("no answer is temporary, and says only what the client knows", () => {
  expect(unanswered("ECONNRESET", true)).toMatchObject({
    ...{ kind: "temporary", detail: "ECONNRESET", outcomeUnknown: true },
  });
});
