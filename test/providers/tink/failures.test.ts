import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ProviderFailure } from "../../../server/src/providers/provider.ts";
import { TinkClient } from "../../../server/src/providers/tink/client.ts";
import { fetchConnection } from "../../../server/src/providers/tink/consents.ts";
import { failureOf, reasonOfStatus } from "../../../server/src/providers/tink/failures.ts";

const now = new Date("2026-11-21T10:00:00Z");

describe("the state of credentials", () => {
  test.each([
    "AUTHENTICATION_ERROR",
    "SESSION_EXPIRED",
    "PERMANENT_ERROR",
    "AWAITING_MOBILE_BANKID_AUTHENTICATION",
    "AWAITING_SOMETHING_NEW",
  ])("%s asks for a person", (status) => {
    expect(reasonOfStatus(status, null)?.kind).toBe("user_action_needed");
  });

  test.each(["TEMPORARY_ERROR", "HIBERNATING", ""])("%s is temporary", (status) => {
    expect(reasonOfStatus(status, null)?.kind).toBe("temporary");
  });

  test.each(["CREATED", "AUTHENTICATING", "UPDATING", "UPDATED"])("%s is none", (status) => {
    expect(reasonOfStatus(status, null)).toBeNull();
  });

  test("that credentials are gone is final", () => {
    expect(reasonOfStatus("DELETED", null)?.kind).toBe("final");
  });

  test("tells the log Tink's reason, but nothing that is no plain word", () => {
    const detailed = { type: "USER_LOGIN_ERROR", details: { reason: "LOCKED" } };
    expect(reasonOfStatus("AUTHENTICATION_ERROR", detailed)?.detail).toBe(
      "AUTHENTICATION_ERROR USER_LOGIN_ERROR LOCKED",
    );
    const chatty = { type: "card 4000 1234 5678 9010", details: { reason: { of: "this" } } };
    expect(reasonOfStatus("AUTHENTICATION_ERROR", chatty)?.detail).toBe("AUTHENTICATION_ERROR");
  });
});

describe("an answer that says no", () => {
  const answer = (status: number, headers: Record<string, string> = {}, body = "{}") =>
    failureOf({ status, headers: new Headers(headers), body }, now);

  test("is temporary, whatever it is: a wrong setting must not end every connection", () => {
    for (const status of [400, 401, 403, 404, 409, 418, 429, 500, 503]) {
      expect(answer(status).kind).toBe("temporary");
    }
  });

  test("with a rate limit is waited for as long as Tink asks, half a minute or at most an hour", () => {
    const at = (retryAfter?: string) =>
      answer(429, retryAfter ? { "retry-after": retryAfter } : {}).retryAt?.toISOString();
    expect(at("90")).toBe("2026-11-21T10:01:30.000Z");
    expect(at("Sat, 21 Nov 2026 10:02:00 GMT")).toBe("2026-11-21T10:02:00.000Z");
    expect(at()).toBe("2026-11-21T10:00:30.000Z");
    expect(at("999999")).toBe("2026-11-21T11:00:00.000Z");
    expect(answer(503, { "retry-after": "90" }).retryAt).toBeNull();
  });

  test("keeps the code and leaves the text, which may repeat what was sent", () => {
    const body = JSON.stringify({ errorCode: "oauth.invalid_grant", errorMessage: "code abc123" });
    const failure = answer(400, {}, body);
    expect(failure.wire).toEqual({ code: "oauth.invalid_grant", httpStatus: 400 });
    expect(JSON.stringify({ ...failure, message: failure.message })).not.toContain("abc123");
  });
});

describe("a call", () => {
  const servers: { close(): void }[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serverThat(respond: Parameters<typeof createServer>[1]): Promise<string> {
    const server = createServer(respond as never);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push({
      close() {
        server.close();
        server.closeAllConnections();
      },
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const failureAt = async (baseUrl: string, timeoutMs?: number) => {
    const call = new TinkClient({ baseUrl }, timeoutMs).call({
      ...{ method: "GET", path: "/data/v2/accounts", token: "a very secret token" },
      query: { secret: "query-secret" },
    });
    const failure = await call.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderFailure);
    const told = `${JSON.stringify(failure, Object.getOwnPropertyNames(failure as object))}`;
    expect(told).not.toContain("a very secret token");
    expect(told).not.toContain("query-secret");
    return failure as ProviderFailure;
  };

  test("that is cut off, trickles without end or is half an answer can be tried again", async () => {
    const cut = await serverThat((_request, response) => response.destroy());
    expect(await failureAt(cut)).toMatchObject({ kind: "temporary" });
    const half = await serverThat((_request, response) => response.end('{"accounts": ['));
    expect(await failureAt(half)).toMatchObject({ kind: "temporary" });
    const slow = await serverThat((_request, response) => {
      response.writeHead(200).write("[");
    });
    expect(await failureAt(slow, 50)).toMatchObject({
      kind: "temporary",
      detail: "TimeoutError",
    });
  });

  test("is not led elsewhere with its token", async () => {
    const seen: string[] = [];
    const elsewhere = await serverThat((request, response) => {
      seen.push(String(request.headers.authorization));
      response.end("{}");
    });
    const here = await serverThat((_request, response) => {
      response.writeHead(302, { location: elsewhere }).end();
    });
    expect(await failureAt(here)).toMatchObject({ kind: "temporary" });
    expect(seen).toEqual([]);
  });

  test("takes no answer without end", async () => {
    const endless = await serverThat((_request, response) => {
      const part = Buffer.alloc(1024 * 1024, " ");
      const pour = () => {
        while (response.write(part));
      };
      response.writeHead(200).on("drain", pour);
      pour();
    });
    expect(await failureAt(endless)).toMatchObject({ detail: "the answer is too large" });
  });

  test("that says the consent has run out is believed before the state says so too", async () => {
    const consent = {
      ...{ credentialsId: "c1", providerName: "gb-x-ob", status: "UPDATED" },
      ...{ statusUpdated: now.getTime() - 60_000, sessionExpiryDate: now.getTime() - 1 },
    };
    const baseUrl = await serverThat((_request, response) =>
      response.end(JSON.stringify({ providerConsents: [consent] })),
    );
    const held = { userId: "u1", credentialsId: "c1", accessToken: "t", usableUntil: 0 };
    const client = new TinkClient({ baseUrl });
    expect(await fetchConnection(client, held, now)).toMatchObject({
      externalId: "u1",
      institutionId: "gb-x-ob",
      successfullyAggregatedAt: new Date(now.getTime() - 60_000),
      failure: { kind: "user_action_needed" },
    });
    const earlier = new Date(now.getTime() - 60_000);
    expect(await fetchConnection(client, held, earlier)).toMatchObject({ failure: null });
  });
});
