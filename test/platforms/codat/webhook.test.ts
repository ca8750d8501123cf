import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { translateWebhook, verifyWebhook } from "../../../server/src/platforms/codat/webhook.ts";

const now = new Date("2026-11-21T10:00:00Z");
const nowSeconds = now.getTime() / 1_000;
const secret = `whsec_${Buffer.from("the first secret of two").toString("base64")}`;
const next = `whsec_${Buffer.from("the other secret of two").toString("base64")}`;
const message = {
  id: "0b9c1d52-7f3e-4a0e-9d6d-0b1f6b1a2c3d",
  eventType: "bankTransactions.write.successful",
  generatedDate: "2026-11-21T10:00:00Z",
  payload: { id: "push-1", referenceCompany: { id: "company-1", name: "Harbour & Vale" } },
};
const body = Buffer.from(JSON.stringify(message));

function sign(of: { secret?: string; at?: number; body?: Buffer; id?: string } = {}): string {
  const key = Buffer.from((of.secret ?? secret).slice("whsec_".length), "base64");
  const mac = createHmac("sha256", key).update(`${of.id ?? "msg_1"}.${of.at ?? nowSeconds}.`);
  return `v1,${mac.update(of.body ?? body).digest("base64")}`;
}

function verdictOn(
  signature: string | undefined,
  of: { at?: number | string; id?: string; sent?: Buffer; secrets?: string[]; svix?: boolean } = {},
) {
  const prefix = of.svix ? "svix" : "webhook";
  const headers = {
    [`${prefix}-id`]: of.id ?? "msg_1",
    [`${prefix}-timestamp`]: String(of.at ?? nowSeconds),
    [`${prefix}-signature`]: signature,
  };
  const delivery = { headers, body: of.sent ?? body, receivedAt: now };
  const verdict = verifyWebhook(delivery, of.secrets ?? [secret]);
  return verdict.kind === "refused" ? verdict.reason : verdict;
}

describe("a delivery", () => {
  test("of Svix's own test vector has the signature that Svix says", () => {
    const vector = {
      headers: {
        "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "svix-timestamp": "1614265330",
        "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
      },
      body: Buffer.from('{"test": 2432232314}'),
      receivedAt: new Date(1_614_265_330_000),
    };
    expect(verifyWebhook(vector, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])).toMatchObject({
      kind: "genuine",
      deliveryKey: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    });
  });

  test("that Codat signed is genuine, and names its company and what happened", () => {
    expect(verdictOn(sign())).toEqual({
      kind: "genuine",
      deliveryKey: "msg_1",
      companyExternalId: "company-1",
      what: "bankTransactions.write.successful",
    });
    expect(verdictOn(sign(), { svix: true })).toMatchObject({ kind: "genuine" });
  });

  test("has the same key when it comes again, signed anew", () => {
    const again = verdictOn(sign({ at: nowSeconds - 5 }), { at: nowSeconds - 5 });
    expect(again).toMatchObject({ kind: "genuine", deliveryKey: "msg_1" });
  });

  test("is believed if any of its signatures is by any of the secrets", () => {
    const both = `v1,${"A".repeat(43)}= v2,x ${sign({ secret: next })}`;
    expect(verdictOn(both)).toBe("forged");
    expect(verdictOn(both, { secrets: [secret, next] })).toMatchObject({ kind: "genuine" });
    expect(verdictOn(sign(), { secrets: [] })).toBe("forged");
  });

  test.each([
    ["without a signature", undefined, {}],
    ["of a stranger", sign({ secret: next }), {}],
    [
      "that was altered",
      sign(),
      { sent: Buffer.from(body.toString().replace("push-1", "push-2")) },
    ],
    ["of another id", sign(), { id: "msg_2" }],
    ["of another time", sign(), { at: nowSeconds - 1 }],
    ["of a time that is none", sign(), { at: "now" }],
    ["with a signature of another length", "v1,AAAA", {}],
  ])("%s is forged", (_, signature, of) => {
    expect(verdictOn(signature, of)).toBe("forged");
  });

  test("that is older or younger than five minutes is late", () => {
    for (const [seconds, expected] of [
      [-301, "late"],
      [-299, "genuine"],
      [299, "genuine"],
      [301, "late"],
    ] as const) {
      const at = nowSeconds + seconds;
      const verdict = verdictOn(sign({ at }), { at });
      expect(typeof verdict === "string" ? verdict : verdict.kind).toBe(expected);
    }
  });

  test("that is signed and no JSON is unreadable", () => {
    const sent = Buffer.from("{");
    expect(verdictOn(sign({ body: sent }), { sent })).toBe("unreadable");
  });

  test("never throws, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string(),
        fc.uint8Array(),
        (id, at, signature, sent) => {
          const headers = {
            "webhook-id": id,
            "webhook-timestamp": at,
            "webhook-signature": signature,
          };
          const delivery = { headers, body: Buffer.from(sent), receivedAt: now };
          expect(verifyWebhook(delivery, [secret]).kind).toBe("refused");
        },
      ),
      { seed: 7 },
    );
  });
});

describe("what a delivery says", () => {
  const fact = (eventType: string, payload: object) => translateWebhook({ eventType, payload });

  test("is that a push has ended, of lines and of payments", () => {
    for (const what of ["bankTransactions", "payments", "billPayments"]) {
      for (const how of ["successful", "unsuccessful"]) {
        const told = fact(`${what}.write.${how}`, { id: "push-1" });
        expect(told).toEqual({ kind: "push_ended", externalKey: "push-1" });
      }
    }
  });

  test("is that access, a feed or the documents have changed", () => {
    expect(fact("connection.disconnected", {})).toEqual({ kind: "link_changed" });
    const connected = fact("bankFeeds.sourceAccount.connected", {
      sourceAccount: { id: "feed-1" },
    });
    expect(connected).toEqual({ kind: "feed_changed", feedExternalId: "feed-1" });
    const read = fact("read.completed", { dataTypes: [{ dataType: "invoices" }] });
    expect(read).toEqual({ kind: "documents_changed" });
  });

  test("is nothing where it is unknown, of no document, of none that changed, or no object at all", () => {
    const ignored = { kind: "ignored" };
    const unchanged = [
      { dataType: "bankTransactions", recordsModified: true },
      { dataType: "invoices", recordsModified: false },
      { dataType: "bills", recordsModified: false },
    ];
    expect(fact("read.completed", { dataTypes: unchanged })).toMatchObject(ignored);
    expect(fact("client.rateLimit.reached", {})).toMatchObject(ignored);
    expect(fact("read.completed", { dataTypes: [{ dataType: "company" }] })).toMatchObject(ignored);
    expect(translateWebhook(null)).toMatchObject(ignored);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(translateWebhook(value).kind).toBe("ignored");
      }),
      { seed: 7 },
    );
  });
});
