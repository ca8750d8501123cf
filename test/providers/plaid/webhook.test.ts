import { createHash, generateKeyPairSync } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { translateWebhook, verifyWebhook } from "../../../server/src/providers/plaid/webhook.ts";
import { WebhookKeys } from "../../../server/src/providers/plaid/webhook-keys.ts";
import type { RawDelivery } from "../../../server/src/providers/provider.ts";

const now = new Date("2026-11-21T10:00:00Z");
const body = Buffer.from(
  JSON.stringify({
    webhook_type: "TRANSACTIONS",
    webhook_code: "SYNC_UPDATES_AVAILABLE",
    item_id: "item1",
  }),
);

let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let jwk: JWK;
let keys: WebhookKeys;
let asked: string[];
let expired: boolean;

beforeAll(async () => {
  pair = await generateKeyPair("ES256");
  jwk = await exportJWK(pair.publicKey);
});

function freshKeys(answer?: () => Promise<{ jwk: JWK; expired: boolean } | null>) {
  asked = [];
  expired = false;
  keys = new WebhookKeys(async (kid) => {
    asked.push(kid);
    if (answer) return answer();
    return kid === "known" ? { jwk, expired } : null;
  });
  return keys;
}

interface Signing {
  signed?: Buffer;
  iat?: number;
  kid?: string;
  alg?: string;
  key?: Parameters<SignJWT["sign"]>[0];
}

function sign(options: Signing = {}): Promise<string> {
  const digest = createHash("sha256")
    .update(options.signed ?? body)
    .digest("hex");
  return new SignJWT({ request_body_sha256: digest })
    .setProtectedHeader({ alg: options.alg ?? "ES256", kid: options.kid ?? "known", typ: "JWT" })
    .setIssuedAt(options.iat ?? now.getTime() / 1_000)
    .sign(options.key ?? pair.privateKey);
}

function delivery(token: string | undefined, sent = body): RawDelivery {
  return { path: "", headers: { "plaid-verification": token }, body: sent, receivedAt: now };
}

const verdictOn = async (token: string | undefined, sent = body) => {
  const verdict = await verifyWebhook(delivery(token, sent), keys);
  return verdict.kind === "refused" ? verdict.reason : verdict.kind;
};

describe("a delivery", () => {
  test("that Plaid signed is genuine, and names its item", async () => {
    freshKeys();
    expect(await verifyWebhook(delivery(await sign()), keys)).toMatchObject({
      kind: "genuine",
      externalId: "item1",
      what: "TRANSACTIONS SYNC_UPDATES_AVAILABLE",
    });
  });

  test("signed by another key is forged", async () => {
    freshKeys();
    const { privateKey } = await generateKeyPair("ES256");
    expect(await verdictOn(await sign({ key: privateKey }))).toBe("forged");
  });

  test("without a token, with half a token or with alg none is forged", async () => {
    freshKeys();
    const [, payload] = (await sign()).split(".");
    const none = Buffer.from('{"alg":"none","kid":"known"}').toString("base64url");
    expect(await verdictOn(undefined)).toBe("forged");
    expect(await verdictOn("abc.def")).toBe("forged");
    expect(await verdictOn(`${none}.${payload}.`)).toBe("forged");
    expect(asked).toEqual([]);
  });

  test("that asks for another algorithm is forged, before its key is looked up", async () => {
    freshKeys();
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const secret = Buffer.from(JSON.stringify(jwk));
    expect(await verdictOn(await sign({ alg: "RS256", key: rsa }))).toBe("forged");
    expect(await verdictOn(await sign({ alg: "HS256", key: secret }))).toBe("forged");
    expect(asked).toEqual([]);
  });

  test("is late after five minutes, and not a second before", async () => {
    freshKeys();
    const seconds = now.getTime() / 1_000;
    expect(await verdictOn(await sign({ iat: seconds - 300 }))).toBe("genuine");
    expect(await verdictOn(await sign({ iat: seconds - 301 }))).toBe("late");
    expect(await verdictOn(await sign({ iat: seconds + 60 }))).toBe("late");
  });

  test("whose body was changed by one byte is altered", async () => {
    freshKeys();
    expect(await verdictOn(await sign(), Buffer.concat([body, Buffer.from(" ")]))).toBe("altered");
  });

  test("that is no JSON is unreadable", async () => {
    freshKeys();
    const text = Buffer.from("hello");
    expect(await verdictOn(await sign({ signed: text }), text)).toBe("unreadable");
  });

  test("has the same key when it comes again, even with its signature's twin, and another when sent anew", async () => {
    freshKeys();
    const token = await sign();
    const keyOf = async (sent: string) => {
      const verdict = await verifyWebhook(delivery(sent), keys);
      return verdict.kind === "genuine" ? verdict.deliveryKey : verdict.kind;
    };
    expect(await keyOf(twin(token))).toBe(await keyOf(token));
    expect(twin(token)).not.toBe(token);
    expect(await keyOf(await sign())).not.toBe(await keyOf(token));
  });
});

describe("the keys", () => {
  test("are asked for once an hour", async () => {
    freshKeys();
    await verdictOn(await sign());
    await verdictOn(await sign());
    expect(asked).toEqual(["known"]);
    expect((await keys.find("known", new Date(now.getTime() + 61 * 60_000))).kind).toBe("found");
    expect(asked).toEqual(["known", "known"]);
  });

  test("that were rotated out verify nothing", async () => {
    freshKeys();
    expired = true;
    expect(await verdictOn(await sign())).toBe("forged");
  });

  test("that nobody knows cost twenty look-ups a minute at most", async () => {
    freshKeys();
    for (let index = 0; index < 50; index += 1) await keys.find(`unknown-${index}`, now);
    expect(asked).toHaveLength(20);
    expect((await keys.find("known", now)).kind).toBe("unavailable");
    expect((await keys.find("known", new Date(now.getTime() + 60_000))).kind).toBe("found");
  });

  test("that cannot be had just now leave the delivery undecided, and are asked for again", async () => {
    freshKeys(() => Promise.reject(new Error("down")));
    expect(await verdictOn(await sign())).toBe("undecided");
    expect(await verdictOn(await sign())).toBe("undecided");
    expect(asked).toHaveLength(2);
  });
});

describe("a verified body", () => {
  const translate = (said: unknown) => translateWebhook({ path: "", body: said });
  const item = (code: string, more = {}) =>
    translate({ webhook_type: "ITEM", webhook_code: code, item_id: "item1", ...more });

  test.each([
    ["LOGIN_REPAIRED", "repaired"],
    ["NEW_ACCOUNTS_AVAILABLE", "new_accounts"],
    ["PENDING_EXPIRATION", "consent_expiring"],
    ["PENDING_DISCONNECT", "consent_expiring"],
    ["USER_PERMISSION_REVOKED", "revoked"],
    ["USER_ACCOUNT_REVOKED", "revoked"],
    ["WEBHOOK_UPDATE_ACKNOWLEDGED", "ignored"],
    ["SOMETHING_NEW", "ignored"],
  ])("%s means %s", (code, kind) => expect(item(code).kind).toBe(kind));

  test("of an error carries what it asks for", () => {
    const error = { error_code: "ITEM_LOGIN_REQUIRED" };
    expect(item("ERROR", { error })).toMatchObject({
      kind: "failed",
      reason: { kind: "user_action_needed" },
    });
  });

  test.each(["INITIAL_UPDATE", "HISTORICAL_UPDATE", "DEFAULT_UPDATE", "TRANSACTIONS_REMOVED"])(
    "%s is old and ignored",
    (webhook_code) => {
      const fact = translate({
        webhook_type: "TRANSACTIONS",
        webhook_code,
        item_id: "item1",
      });
      expect(fact.kind).toBe("ignored");
    },
  );

  test.each([null, 7, "text", [], {}, { item_id: 4 }])("%j is ignored", (value) => {
    expect(translate(value).kind).toBe("ignored");
  });
});

/** The other valid signature that anybody can make of an ECDSA signature: (r, s) and (r, n - s). */
function twin(token: string): string {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const end = token.lastIndexOf(".");
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  const s = BigInt(`0x${signature.subarray(32).toString("hex")}`);
  const other = Buffer.from((n - s).toString(16).padStart(64, "0"), "hex");
  return `${token.slice(0, end)}.${Buffer.concat([signature.subarray(0, 32), other]).toString("base64url")}`;
}
