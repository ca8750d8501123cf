import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { RawDelivery } from "../../../server/src/providers/provider.ts";
import { translateWebhook, verifyWebhook } from "../../../server/src/providers/saltedge/webhook.ts";

const callbackUrl = "https://tieout.example/webhooks/saltedge";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const config = { callbackUrl, callbackKeys: new Map([["6.0", pem]]) };

const body = Buffer.from(
  '{"data": {"connection_id": "111", "customer_id": "222", "stage": "finish"}, "meta": {}}',
);

interface Sending {
  path?: string;
  url?: string;
  sent?: Buffer;
  signed?: Buffer;
  key?: KeyObject;
  digest?: string;
  version?: string | undefined;
}

function delivery(of: Sending = {}): RawDelivery {
  const { path = "success", sent = body, key = privateKey } = of;
  const url = of.url ?? `${callbackUrl}/${path}`;
  const signed = Buffer.concat([Buffer.from(`${url}|`), of.signed ?? sent]);
  return {
    path,
    headers: {
      host: "internal.proxy:8080",
      signature: sign(of.digest ?? "RSA-SHA256", signed, key).toString("base64"),
      "signature-key-version": "version" in of ? of.version : "6.0",
    },
    body: sent,
    receivedAt: new Date("2026-11-21T10:00:00Z"),
  };
}

const verdictOn = async (of: Sending) => {
  const verdict = await verifyWebhook(delivery(of), config);
  return verdict.kind === "refused" ? verdict.reason : verdict.kind;
};

describe("a callback", () => {
  test("that Salt Edge signed is genuine, and names its connection", async () => {
    expect(await verifyWebhook(delivery(), config)).toMatchObject({
      kind: "genuine",
      externalId: "111",
      what: "success finish",
      keyLastsMs: 600_000,
    });
  });

  test.each(["success", "fail", "notify", "destroy"])("comes by the path %s", async (path) =>
    expect(await verdictOn({ path })).toBe("genuine"),
  );

  test.each<[string, Sending]>([
    ["by another key", { key: stranger }],
    ["over SHA-1", { digest: "RSA-SHA1" }],
    ["over SHA-512", { digest: "RSA-SHA512" }],
    ["over another address", { url: "https://tieout.example/webhooks/saltedge/fail" }],
    ["over the address that a proxy sees", { url: "http://internal.proxy:8080/webhooks/saltedge" }],
    ["over another body", { signed: Buffer.concat([body, Buffer.from(" ")]) }],
    ["under a key version that nobody has", { version: "5.0" }],
    ["under no key version", { version: undefined }],
    ["for a path that is not registered", { path: "other" }],
    ["for no path", { path: "" }],
  ])("signed %s is forged", async (_how, of) => expect(await verdictOn(of)).toBe("forged"));

  test("without a signature, or with what is none, is forged", async () => {
    for (const signature of [undefined, "", "x", "=".repeat(5_000)]) {
      const sent = delivery();
      const verdict = await verifyWebhook(
        { ...sent, headers: { ...sent.headers, signature } },
        config,
      );
      expect(verdict).toEqual({ kind: "refused", reason: "forged" });
    }
  });

  test("whose signature moved to another path is forged", async () => {
    const { headers } = delivery({ path: "success" });
    const moved = { ...delivery({ path: "destroy" }), headers };
    expect(await verifyWebhook(moved, config)).toMatchObject({ reason: "forged" });
  });

  test("that is no JSON is unreadable", async () => {
    expect(await verdictOn({ sent: Buffer.from("hello") })).toBe("unreadable");
    expect(await verdictOn({ sent: Buffer.from("null") })).toBe("unreadable");
  });

  test("has the same key when it comes again, and another for another path or body", async () => {
    const keyOf = async (of: Sending) => {
      const verdict = await verifyWebhook(delivery(of), config);
      return verdict.kind === "genuine" ? verdict.deliveryKey : verdict.kind;
    };
    expect(await keyOf({})).toBe(await keyOf({}));
    expect(await keyOf({ path: "notify" })).not.toBe(await keyOf({}));
    expect(await keyOf({ sent: Buffer.from("{}") })).not.toBe(await keyOf({}));
  });

  test("is checked by each key of the ring under its own version", async () => {
    const next = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const nextPem = next.publicKey.export({ type: "spki", format: "pem" }).toString();
    const ring = { ...config, callbackKeys: new Map([...config.callbackKeys, ["7.0", nextPem]]) };
    const { kind } = await verifyWebhook(delivery({ key: next.privateKey, version: "7.0" }), ring);
    expect(kind).toBe("genuine");
    expect((await verifyWebhook(delivery({ version: "7.0" }), ring)).kind).toBe("refused");
    expect((await verifyWebhook(delivery(), ring)).kind).toBe("genuine");
  });
});

describe("a verified callback", () => {
  const translate = (path: string, data: unknown) => translateWebhook({ path, body: { data } });
  const connection_id = "111";

  test("of success counts at its last stage only", () => {
    const stages = ["connect", "fetch_accounts", "fetch_recent", "fetch_full", undefined, "dance"];
    for (const stage of stages) {
      expect(translate("success", { connection_id, stage }).kind).toBe("ignored");
    }
    expect(translate("success", { connection_id, stage: "finish" })).toEqual({
      kind: "transactions_available",
      externalId: "111",
      changedFrom: null,
      goneExternalIds: [],
    });
  });

  test("of failure carries what it asks for", () => {
    expect(translate("fail", { connection_id, error_class: "InvalidCredentials" })).toMatchObject({
      kind: "failed",
      reason: { kind: "user_action_needed" },
    });
    expect(translate("fail", { connection_id, error_class: "NeverHeardOf" })).toMatchObject({
      kind: "failed",
      reason: { kind: "temporary" },
    });
    expect(translate("fail", { connection_id })).toMatchObject({ reason: { kind: "temporary" } });
  });

  test("of destruction ends the consent, and of progress says nothing", () => {
    expect(translate("destroy", { connection_id }).kind).toBe("revoked");
    expect(translate("notify", { connection_id, stage: "finish" }).kind).toBe("ignored");
  });

  test.each([null, 7, "text", [], {}, { connection_id: 4 }])("with %j is ignored", (data) => {
    for (const path of ["success", "fail", "notify", "destroy", "other"]) {
      expect(translate(path, data).kind).toBe("ignored");
      expect(translateWebhook({ path, body: data }).kind).toBe("ignored");
    }
  });
});
