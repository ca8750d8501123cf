import { createHash } from "node:crypto";
import { decodeProtectedHeader, importJWK, type JWK, jwtVerify } from "jose";
import type { PlaidApi } from "plaid";
import { afterAll, describe, expect, it } from "vitest";
import { control, linkReady, openBank, openReceiver, problemFrom, type Received } from "./bank.ts";

const { bank, plaid } = await openBank();
afterAll(() => bank.close());

/** Verifies as Plaid's documentation says; throws on anything wrong. */
async function verify(api: PlaidApi, { headers, raw }: Received) {
  const token = String(headers["plaid-verification"]);
  const { kid = "", alg } = decodeProtectedHeader(token);
  expect(alg).toBe("ES256");
  const { data } = await api.webhookVerificationKeyGet({ key_id: kid });
  if (data.key.expired_at !== null) throw new Error("expired key");
  const { payload } = await jwtVerify(token, await importJWK(data.key as JWK, "ES256"), {
    algorithms: ["ES256"],
    maxTokenAge: "5 min",
  });
  const digest = createHash("sha256").update(raw).digest("hex");
  if (payload.request_body_sha256 !== digest) throw new Error("other body");
  return kid;
}

describe("webhooks", () => {
  it("announce both stages of the history and later changes, signed", async () => {
    const { url, received } = await openReceiver();
    const { itemId } = await linkReady(bank, plaid, "ins_900106", { webhook: url });
    // Two requests under way at one time may overtake one another.
    const stages = received.map(
      ({ body }) => `${body.initial_update_complete} ${body.historical_update_complete}`,
    );
    expect(stages.sort()).toEqual(["true false", "true true"]);
    await control(bank, "transactions", { account: "quillstone/notice", amount: "5.00" });
    await control(bank, "transactions", { account: "quillstone/notice", amount: "6.00" });
    await bank.idle();
    expect(received.length).toBeGreaterThan(2);
    for (const delivery of received) {
      expect(delivery.body).toMatchObject({
        webhook_type: "TRANSACTIONS",
        webhook_code: "SYNC_UPDATES_AVAILABLE",
        item_id: itemId,
        environment: "sandbox",
      });
      await verify(plaid, delivery);
    }
  });

  it("say nothing of transactions before the first sync", async () => {
    const { url, received } = await openReceiver();
    const made = await plaid.sandboxPublicTokenCreate({
      institution_id: "ins_900106",
      initial_products: ["transactions" as never],
      options: { webhook: url },
    });
    await plaid.itemPublicTokenExchange({ public_token: made.data.public_token });
    await control(bank, "transactions", { account: "quillstone/notice", amount: "5.00" });
    await bank.idle();
    expect(received).toEqual([]);
  });

  it("are sent again with a fresh signature until they are taken, six times at most", async () => {
    const taken = await openReceiver([500, 503]);
    const { itemId } = await linkReady(bank, plaid, "ins_900106");
    const item = bank.sandbox.items.get(itemId);
    const send = async (url: string) => {
      item.webhook = url;
      await control(bank, "webhooks", { item_id: itemId, code: "NEW_ACCOUNTS_AVAILABLE" });
      await bank.idle();
      return bank.sandbox.deliveries.recent.at(-1);
    };
    expect(await send(taken.url)).toMatchObject({ outcome: "delivered", attempts: 3 });
    expect(new Set(taken.received.map((r) => r.raw)).size).toBe(1);
    for (const delivery of taken.received) await verify(plaid, delivery);
    const refused = await openReceiver(Array(20).fill(500));
    expect(await send(refused.url)).toMatchObject({ outcome: "given_up", attempts: 6 });
    expect(refused.received).toHaveLength(6);
  });

  it("tell of a lost login, of its repair and of a revoked permission", async () => {
    const { url, received } = await openReceiver();
    const { accessToken, itemId } = await linkReady(bank, plaid, "ins_900106", { webhook: url });
    received.length = 0;
    await control(bank, "faults", { name: "login_required", item_id: itemId });
    await control(bank, "items/repair", { item_id: itemId });
    await control(bank, "items/revoke", { item_id: itemId });
    await bank.idle();
    const codes = received.map(({ body }) => body.webhook_code).sort();
    expect(codes).toEqual([
      "ERROR",
      "LOGIN_REPAIRED",
      "SYNC_UPDATES_AVAILABLE",
      "USER_PERMISSION_REVOKED",
    ]);
    expect((await problemFrom(plaid.accountsGet({ access_token: accessToken }))).code).toBe(
      "USER_PERMISSION_REVOKED",
    );
  });

  it("warn in the week before a consent ends, and say when it has", async () => {
    const own = await openBank();
    const { url, received } = await openReceiver();
    const { accessToken } = await linkReady(own.bank, own.plaid, "ins_900106", { webhook: url });
    const codesWithin = async (days: number) => {
      received.length = 0;
      await control(own.bank, "time", { days });
      await own.bank.idle();
      return received
        .map(({ body }) => body.webhook_code)
        .filter((c) => c !== "SYNC_UPDATES_AVAILABLE");
    };
    expect(await codesWithin(170)).toEqual([]);
    expect(await codesWithin(5)).toEqual(["PENDING_EXPIRATION"]);
    expect(await codesWithin(5)).toEqual(["ERROR"]);
    const { data } = await own.plaid.itemGet({ access_token: accessToken });
    expect(data.item.error?.error_code).toBe("ITEM_LOGIN_REQUIRED");
    await own.bank.close();
  });

  it("can be made wrong in every named way, and each is caught", async () => {
    const { url, received } = await openReceiver();
    const { itemId } = await linkReady(bank, plaid, "ins_900106", { webhook: url });
    for (const how of ["forged", "unknown_key", "altered", "late", "unsigned", "unprotected"]) {
      received.length = 0;
      expect(await control(bank, "webhooks/misbehave", { item_id: itemId, how })).toEqual({
        status: 200,
      });
      await expect(verify(plaid, received[0] as Received), how).rejects.toThrow();
    }
    received.length = 0;
    await control(bank, "webhooks", { item_id: itemId, code: "LOGIN_REPAIRED" });
    await bank.idle();
    await control(bank, "webhooks/misbehave", { item_id: itemId, how: "replayed" });
    expect(received).toHaveLength(2);
    expect(received[1]?.raw).toBe(received[0]?.raw);
    expect(received[1]?.headers["plaid-verification"]).toBe(
      received[0]?.headers["plaid-verification"],
    );
  });

  it("change keys when told to; the old one is known as expired", async () => {
    const { url, received } = await openReceiver();
    const { itemId } = await linkReady(bank, plaid, "ins_900106", { webhook: url });
    const fire = async () => {
      received.length = 0;
      await control(bank, "webhooks", { item_id: itemId, code: "LOGIN_REPAIRED" });
      await bank.idle();
      return received[0] as Received;
    };
    const before = await fire();
    const old = await verify(plaid, before);
    await control(bank, "keys/rotate");
    await expect(verify(plaid, before)).rejects.toThrow("expired key");
    expect(await verify(plaid, await fire())).not.toBe(old);
    expect((await problemFrom(plaid.webhookVerificationKeyGet({ key_id: "none" }))).status).toBe(
      400,
    );
  });

  it("come twice or in another order when told to", async () => {
    const { url, received } = await openReceiver();
    const { itemId } = await linkReady(bank, plaid, "ins_900106", { webhook: url });
    received.length = 0;
    await control(bank, "faults", { name: "duplicate_webhooks", item_id: itemId });
    await control(bank, "webhooks", { item_id: itemId, code: "ERROR" });
    await bank.idle();
    expect(received.map((r) => r.raw)).toEqual([received[0]?.raw, received[0]?.raw]);
    received.length = 0;
    await control(bank, "faults", { name: "out_of_order_webhooks", item_id: itemId, count: 1 });
    await control(bank, "webhooks", { item_id: itemId, code: "ERROR" });
    await control(bank, "webhooks", { item_id: itemId, code: "LOGIN_REPAIRED" });
    await bank.idle();
    expect(received.map(({ body }) => body.webhook_code)).toEqual(["LOGIN_REPAIRED", "ERROR"]);
  });

  it("go to loopback addresses only", async () => {
    const made = (webhook: string) =>
      problemFrom(
        plaid.sandboxPublicTokenCreate({
          institution_id: "ins_900106",
          initial_products: ["transactions" as never],
          options: { webhook },
        }),
      );
    for (const url of [
      "http://example.com/x",
      "http://127.0.0.1.example.com/",
      "http://10.0.0.1/",
      "file:///etc/passwd",
    ]) {
      expect((await made(url)).code, url).toBe("INVALID_FIELD");
    }
    expect((await made("http://localhost:9/x")).code).toBe("none");
  });
});
