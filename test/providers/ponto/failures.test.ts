import { describe, expect, test } from "vitest";
import { failureOf, synchronizationFailure } from "../../../server/src/providers/ponto/failures.ts";

const now = new Date("2026-11-21T10:00:00Z");
const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  failureOf({ status, headers, body }, now);
const jsonApi = (code: string) => ({ errors: [{ code, detail: "said by the provider" }] });

describe("an answer that says no", () => {
  test.each(["authorizationInvalid", "authorizationExpired", "authorizationRevoked"])(
    "with %s asks for a person",
    (code) => expect(answer(400, jsonApi(code)).kind).toBe("user_action_needed"),
  );

  test("to a refresh token asks for a person", () => {
    expect(answer(400, { error: "invalid_grant" }).kind).toBe("user_action_needed");
  });

  test.each([
    [500, jsonApi("internalServerError")],
    [401, { error: "invalid_client" }],
    [403, jsonApi("forbidden")],
    [404, jsonApi("resourceNotFound")],
    [400, jsonApi("neverHeardOf")],
    [400, jsonApi("constructor")],
    [502, null],
    [418, "text"],
    [400, { errors: [{ code: 7 }] }],
  ])("with %d %j is temporary", (status, body) => {
    const failure = answer(status, body);
    expect(failure.kind).toBe("temporary");
    expect(failure.message).toMatch(/^The provider .*\.$/);
  });

  test("tells a code and a request for the log, and none of the provider's sentences", () => {
    const failure = answer(400, jsonApi("odd"), { "ibanity-request-id": "r-1" });
    expect(failure.detail).toBe("HTTP 400 odd request r-1");
    const strange = answer(400, { errors: [{ code: "token abc secret" }] });
    expect(strange.detail).toBe("HTTP 400");
  });
});

describe("a request to wait", () => {
  const waits = (headers: Record<string, string>, status = 429) =>
    answer(status, null, headers).retryAt;

  test("is kept as long as the provider asks", () => {
    expect(waits({ "retry-after": "90" })).toEqual(new Date("2026-11-21T10:01:30Z"));
    const date = "Sat, 21 Nov 2026 10:02:00 GMT";
    expect(waits({ "retry-after": date }, 503)).toEqual(new Date("2026-11-21T10:02:00Z"));
  });

  test("is half a minute where it does not say, and an hour at most", () => {
    expect(waits({})).toEqual(new Date("2026-11-21T10:00:30Z"));
    expect(waits({ "retry-after": "soon" })).toEqual(new Date("2026-11-21T10:00:30Z"));
    expect(waits({ "retry-after": "999999" })).toEqual(new Date("2026-11-21T11:00:00Z"));
  });

  test("is not read into other answers", () => {
    expect(waits({ "retry-after": "90" }, 400)).toBeNull();
  });
});

test.each([undefined, null, 7, "text", [], [null], [{}]])(
  "a failed synchronisation with errors %j is temporary",
  (errors) => expect(synchronizationFailure(errors).kind).toBe("temporary"),
);
