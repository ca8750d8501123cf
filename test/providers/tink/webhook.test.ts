import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RawDelivery } from "../../../server/src/providers/provider.ts";
import { translateWebhook, verifyWebhook } from "../../../server/src/providers/tink/webhook.ts";

const now = new Date("2026-11-21T10:00:00Z");
const nowSeconds = now.getTime() / 1_000;
const secret = "a secret";
const message = {
  context: { userId: "user1", externalUserId: "connection1" },
  content: {},
  event: "refresh:finished",
};
const body = Buffer.from(JSON.stringify(message));

function sign(of: { secret?: string; at?: number | string; body?: Buffer } = {}): string {
  const t = of.at ?? nowSeconds;
  const mac = createHmac("sha256", of.secret ?? secret).update(`${t}.`);
  return `t=${t},v1=${mac.update(of.body ?? body).digest("hex")}`;
}

function delivery(header: string | undefined, sent = body, receivedAt = now): RawDelivery {
  return { path: "", headers: { "x-tink-signature": header }, body: sent, receivedAt };
}

function verdictOn(header: string | undefined, sent = body, secrets = [secret]): string {
  const verdict = verifyWebhook(delivery(header, sent), secrets);
  return verdict.kind === "refused" ? verdict.reason : verdict.kind;
}

describe("a delivery", () => {
  test("of Tink's own test vector has the signature that Tink says", () => {
    const vector = Buffer.from('{"context": {...}, "event": "...",  "content": {...}}');
    const header =
      "t=1620198421,v1=3808bca389150582fd78bdb5e3dfcf46f99ff168d37d60cdc13da7c5e49abefb";
    const receivedAt = new Date(1_620_198_421_000);
    // Past the signature and the time; that its body is no JSON is seen only then.
    expect(
      verifyWebhook(delivery(header, vector, receivedAt), ["top_secret_top_secret_top_secret"]),
    ).toEqual({ kind: "refused", reason: "unreadable" });
    expect(verifyWebhook(delivery(header, vector, receivedAt), ["another secret"])).toEqual({
      kind: "refused",
      reason: "forged",
    });
  });

  test("that Tink signed is genuine, and names its user", () => {
    expect(verifyWebhook(delivery(sign()), [secret])).toMatchObject({
      kind: "genuine",
      externalId: "user1",
      what: "refresh:finished",
      keyLastsMs: 10 * 60_000,
    });
  });

  test("signed by another key, over another body or not at all is forged", () => {
    expect(verdictOn(sign({ secret: "another" }))).toBe("forged");
    expect(verdictOn(sign(), Buffer.from(`${body} `))).toBe("forged");
    expect(verdictOn(undefined)).toBe("forged");
    expect(verdictOn("")).toBe("forged");
    expect(verdictOn(`t=${nowSeconds}`)).toBe("forged");
    expect(verdictOn(sign(), body, [])).toBe("forged");
  });

  test("whose time was changed after it was signed is forged", () => {
    const late = sign({ at: nowSeconds - 3_600 });
    expect(verdictOn(late.replace(/t=\d+/, `t=${nowSeconds}`))).toBe("forged");
    // Nor can a second time stand beside the signed one.
    expect(verdictOn(`t=${nowSeconds},${late}`)).toBe("forged");
  });

  test("older than five minutes, or of a time still to come, is late", () => {
    expect(verdictOn(sign({ at: nowSeconds - 299 }))).toBe("genuine");
    expect(verdictOn(sign({ at: nowSeconds - 301 }))).toBe("late");
    expect(verdictOn(sign({ at: nowSeconds + 20 }))).toBe("genuine");
    expect(verdictOn(sign({ at: nowSeconds + 60 }))).toBe("late");
  });

  test("is taken with either secret while they are exchanged", () => {
    expect(verdictOn(sign({ secret: "old" }), body, ["new", "old"])).toBe("genuine");
    expect(verdictOn(sign({ secret: "new" }), body, ["new", "old"])).toBe("genuine");
  });

  test("may carry keys in its header that nobody knows yet", () => {
    expect(verdictOn(`v2=abc,${sign()},kid=7,=,x`)).toBe("genuine");
    expect(verdictOn(`v1=${"0".repeat(64)}, ${sign()}`)).toBe("genuine");
  });

  test("that comes again is known, and the same words said later are not the same", () => {
    const keyOf = (at: number) => {
      const verdict = verifyWebhook(delivery(sign({ at })), [secret]);
      return verdict.kind === "genuine" ? verdict.deliveryKey : null;
    };
    expect(keyOf(nowSeconds)).toBe(keyOf(nowSeconds));
    expect(keyOf(nowSeconds)).not.toBe(keyOf(nowSeconds - 45));
  });

  test("that is signed and no JSON is unreadable", () => {
    const broken = Buffer.from("{");
    expect(verdictOn(sign({ body: broken }), broken)).toBe("unreadable");
  });

  test("is never genuine by chance, and never throws", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 50 }),
        (text, bytes) => {
          expect(verdictOn(text, Buffer.from(bytes))).not.toBe("genuine");
          expect(verdictOn(`t=${nowSeconds},v1=${text}`)).not.toBe("genuine");
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe("a verified delivery", () => {
  const translate = (event: string, content: unknown) =>
    translateWebhook({ path: "", body: { ...message, event, content } });
  const available = (changedFrom: string | null, goneExternalIds: string[] = []) => ({
    ...{ kind: "transactions_available", externalId: "user1", changedFrom, goneExternalIds },
  });

  test("of changed rows says the oldest day of them", () => {
    const content = {
      account: { id: "acc1" },
      transactions: { earliestModifiedBookedDate: "2026-10-02", inserted: 1 },
    };
    for (const event of ["account-transactions:modified", "account-booked-transactions:modified"]) {
      expect(translate(event, content)).toEqual(available("2026-10-02"));
      expect(translate(event, {})).toEqual(available(null));
      expect(translate(event, { transactions: { earliestModifiedBookedDate: "soon" } })).toEqual(
        available(null),
      );
    }
  });

  test("of rows that went names them", () => {
    const content = { account: { id: "acc1" }, transactions: { ids: ["tx1", 7, "tx2"] } };
    expect(translate("account-transactions:deleted", content)).toEqual(
      available(null, ["tx1", "tx2"]),
    );
  });

  test("of a refresh that went well is a reason to look", () => {
    expect(translate("refresh:finished", { credentialsStatus: "UPDATED" })).toEqual(
      available(null),
    );
  });

  test.each([
    ["AUTHENTICATION_ERROR", "user_action_needed"],
    ["SESSION_EXPIRED", "user_action_needed"],
    ["PERMANENT_ERROR", "user_action_needed"],
    ["AWAITING_THIRD_PARTY_APP_AUTHENTICATION", "user_action_needed"],
    ["TEMPORARY_ERROR", "temporary"],
    ["DELETED", "final"],
  ])("of a refresh that ended in %s is a failure: %s", (credentialsStatus, kind) => {
    expect(translate("refresh:finished", { credentialsStatus })).toMatchObject({
      ...{ kind: "failed", externalId: "user1", reason: { kind } },
    });
  });

  test("of a refresh that ended in a state nobody knows yet is a reason to look, not a failure", () => {
    expect(translate("refresh:finished", { credentialsStatus: "HIBERNATING" })).toEqual(
      available(null),
    );
  });

  test("of a new account is a reason to look, and of what is not known says nothing", () => {
    expect(translate("account:created", {})).toEqual(available(null));
    expect(translate("moon:risen", {})).toEqual({ kind: "ignored", what: "moon:risen" });
  });

  test("that names no user says nothing", () => {
    const body = { ...message, context: { externalUserId: "connection1" } };
    expect(translateWebhook({ path: "", body })).toEqual({
      kind: "ignored",
      what: "refresh:finished",
    });
  });
});
