import { createHash, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { translateWebhook, verifyWebhook } from "../../../server/src/providers/ponto/webhook.ts";
import { WebhookKeys } from "../../../server/src/providers/ponto/webhook-keys.ts";
import type { RawDelivery } from "../../../server/src/providers/provider.ts";

const now = new Date("2026-11-21T10:00:00Z");
const seconds = now.getTime() / 1_000;
const event = (type: string, more: object = {}) => ({
  data: {
    id: "event-1",
    type,
    attributes: { createdAt: "2026-11-21T09:59:59Z", ...more },
    relationships: { organization: { data: { id: "org-1", type: "organization" } } },
  },
});
const body = Buffer.from(JSON.stringify(event("pontoConnect.account.transactionsCreated")));

let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let publicJwk: Record<string, unknown>;
let keys: WebhookKeys;
let fetches: number;

beforeAll(async () => {
  pair = await generateKeyPair("RS512");
  publicJwk = { ...(await exportJWK(pair.publicKey)), alg: "RS512", use: "sig", status: "ACTIVE" };
});

function freshKeys(change: object = {}, answer?: () => Promise<unknown>): WebhookKeys {
  fetches = 0;
  keys = new WebhookKeys(async () => {
    fetches += 1;
    return answer ? answer() : { keys: [{ ...publicJwk, kid: "known", ...change }] };
  });
  return keys;
}

interface Signing {
  signed?: Buffer;
  iat?: number;
  exp?: number;
  jti?: string | null;
  kid?: string;
  alg?: string;
  iss?: string;
  aud?: string | string[];
  key?: Parameters<SignJWT["sign"]>[0];
}

function sign(of: Signing = {}): Promise<string> {
  const digest = createHash("sha512")
    .update(of.signed ?? body)
    .digest("base64");
  const iat = of.iat ?? seconds;
  const jwt = new SignJWT({ digest })
    .setProtectedHeader({ alg: of.alg ?? "RS512", kid: of.kid ?? "known" })
    .setIssuer(of.iss ?? "https://api.ibanity.com")
    .setAudience(of.aud ?? "app-1")
    .setIssuedAt(iat)
    .setExpirationTime(of.exp ?? iat + 60);
  if (of.jti !== null) jwt.setJti(of.jti ?? "jti-1");
  return jwt.sign(of.key ?? pair.privateKey);
}

const deliver = (token: string | undefined, sent = body): RawDelivery => ({
  path: "",
  headers: { signature: token },
  body: sent,
  receivedAt: now,
});

const verdictOn = async (token: string | undefined, sent = body) => {
  const verdict = await verifyWebhook(deliver(token, sent), keys, "app-1");
  return verdict.kind === "refused" ? verdict.reason : verdict.kind;
};

describe("a delivery", () => {
  test("that Ponto signed is genuine, names its organisation, and has its jti for a key", async () => {
    freshKeys();
    expect(await verifyWebhook(deliver(await sign()), keys, "app-1")).toEqual({
      kind: "genuine",
      deliveryKey: "jti-1",
      keyLastsMs: null,
      externalId: "org-1",
      what: "account.transactionsCreated",
    });
    expect(await verdictOn(await sign({ aud: ["other", "app-1"] }))).toBe("genuine");
  });

  test("without a token, or with one that is none, is forged", async () => {
    freshKeys();
    const none = Buffer.from('{"alg":"none","kid":"known"}').toString("base64url");
    const payload = (await sign()).split(".")[1];
    for (const token of [undefined, "", "abc.def", `${none}.${payload}.`, "x".repeat(10_000)]) {
      expect(await verdictOn(token)).toBe("forged");
    }
    expect(fetches).toBe(0);
  });

  test("that asks for another algorithm is forged, before its key is looked up", async () => {
    freshKeys();
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
    expect(await verdictOn(await sign({ alg: "RS256", key: rsa }))).toBe("forged");
    expect(await verdictOn(await sign({ alg: "PS512", key: rsa }))).toBe("forged");
    // The public key as the secret of a symmetric algorithm.
    const secret = Buffer.from(JSON.stringify(publicJwk));
    expect(await verdictOn(await sign({ alg: "HS512", key: secret }))).toBe("forged");
    expect(fetches).toBe(0);
  });

  test("that a stranger signed, or that is for another, is forged", async () => {
    freshKeys();
    const stranger = (await generateKeyPair("RS512")).privateKey;
    expect(await verdictOn(await sign({ key: stranger }))).toBe("forged");
    expect(await verdictOn(await sign({ kid: "unknown" }))).toBe("forged");
    expect(await verdictOn(await sign({ iss: "https://api.example" }))).toBe("forged");
    expect(await verdictOn(await sign({ aud: "app-2" }))).toBe("forged");
    expect(await verdictOn(await sign({ jti: null }))).toBe("forged");
  });

  test("lives for a minute, with half a minute to spare on either side", async () => {
    freshKeys();
    expect(await verdictOn(await sign({ iat: seconds - 90 }))).toBe("genuine");
    expect(await verdictOn(await sign({ iat: seconds - 91 }))).toBe("late");
    expect(await verdictOn(await sign({ iat: seconds + 30 }))).toBe("genuine");
    expect(await verdictOn(await sign({ iat: seconds + 31 }))).toBe("late");
    const longLived = await sign({ iat: seconds - 91, exp: seconds + 86_400 });
    expect(await verdictOn(longLived), "whatever life it gives itself").toBe("late");
  });

  test("whose body is not what was signed is altered, and one that is no JSON unreadable", async () => {
    freshKeys();
    expect(await verdictOn(await sign(), Buffer.concat([body, Buffer.from(" ")]))).toBe("altered");
    const text = Buffer.from("{");
    expect(await verdictOn(await sign({ signed: text }), text)).toBe("unreadable");
  });

  test("never makes it throw", async () => {
    freshKeys();
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.uint8Array(), async (token, bytes) => {
        expect(await verdictOn(token, Buffer.from(bytes))).toBe("forged");
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe("the key set", () => {
  test("is fetched once an hour", async () => {
    freshKeys();
    await Promise.all([verdictOn(await sign()), verdictOn(await sign())]);
    expect(fetches).toBe(1);
    expect((await keys.find("known", new Date(now.getTime() + 61 * 60_000))).kind).toBe("found");
    expect(fetches).toBe(2);
  });

  test("is asked for unknown keys six times a minute, and keeps those that it has", async () => {
    freshKeys();
    await keys.find("known", now);
    for (let index = 0; index < 30; index += 1) await keys.find(`unknown-${index}`, now);
    expect(fetches).toBe(6);
    expect((await keys.find("unknown", now)).kind).toBe("unavailable");
    expect((await keys.find("known", now)).kind).toBe("found");
    expect((await keys.find("unknown", new Date(now.getTime() + 60_000))).kind).toBe("unknown");
  });

  test.each([
    ["is out of use", { status: "SUSPENDED" }],
    ["is not for signatures", { use: "enc" }],
    ["is of another algorithm", { alg: "RS256" }],
    ["is not of RSA", { kty: "EC" }],
  ])("has no key that %s", async (_what, change) => {
    freshKeys(change);
    expect(await verdictOn(await sign())).toBe("forged");
  });

  test("that cannot be had just now leaves a delivery undecided", async () => {
    freshKeys({}, () => Promise.reject(new Error("down")));
    expect(await verdictOn(await sign())).toBe("undecided");
    freshKeys({}, async () => "no key set");
    expect(await verdictOn(await sign())).toBe("undecided");
  });
});

describe("a verified body", () => {
  const translate = (said: unknown) => translateWebhook({ path: "", body: said });

  test.each([
    ["account.transactionsCreated", "transactions_available"],
    ["account.pendingTransactionsCreated", "transactions_available"],
    ["account.pendingTransactionsUpdated", "transactions_available"],
    ["synchronization.succeededWithoutChange", "ignored"],
    ["account.reauthorized", "repaired"],
    ["integration.accountAdded", "transactions_available"],
    ["integration.accountRevoked", "transactions_available"],
    ["integration.revoked", "revoked"],
    ["integration.created", "ignored"],
    ["paymentRequest.closed", "ignored"],
    ["somethingNew.happened", "ignored"],
  ])("%s means %s", (type, kind) => {
    expect(translate(event(`pontoConnect.${type}`)).kind).toBe(kind);
  });

  test("of corrections says that they may be of any day", () => {
    expect(translate(event("pontoConnect.account.transactionsUpdated"))).toMatchObject({
      kind: "transactions_available",
      changedFrom: "2024-11-21",
    });
  });

  test("of a failed synchronisation carries what it asks for, where it says so", () => {
    const failed = (more: object) => translate(event("pontoConnect.synchronization.failed", more));
    expect(failed({})).toMatchObject({ kind: "failed", reason: { kind: "temporary" } });
    expect(failed({ errors: [{ code: "authorizationInvalid" }] })).toMatchObject({
      reason: { kind: "user_action_needed" },
    });
  });

  test("of anything else is ignored", () => {
    fc.assert(
      fc.property(fc.anything(), (said) => {
        expect(translate(said).kind).toBe("ignored");
      }),
      { seed: 9, numRuns: 300 },
    );
  });
});
