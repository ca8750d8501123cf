import { afterAll, afterEach, describe, expect, it } from "vitest";
import { control, linkReady, openBank, openReceiver, problemFrom } from "./bank.ts";

const { bank, plaid } = await openBank();
afterAll(() => bank.close());
afterEach(() => control(bank, "faults/clear"));

interface ConsentAnswer {
  provider: string;
  consent_id: string;
  institution: string;
  accounts: string[];
  trouble: string | null;
  webhook: string | null;
  settled: boolean;
}

async function consents(): Promise<ConsentAnswer[]> {
  return (await fetch(`${bank.url}/control/consents`)).json();
}

const codeOf = async (accessToken: string) =>
  (await problemFrom(plaid.accountsGet({ access_token: accessToken }))).code;

describe("consents, as the control API has them", () => {
  it("are told with their aggregator, accounts, trouble and webhook address", async () => {
    const { url } = await openReceiver();
    const { itemId } = await linkReady(bank, plaid, "ins_900102", { webhook: url });
    expect((await consents()).find((one) => one.consent_id === itemId)).toEqual({
      provider: "plaid",
      consent_id: itemId,
      institution: "Tidewell",
      institution_key: "tidewell",
      accounts: ["tidewell/project", "tidewell/euro"],
      trouble: null,
      webhook: url,
      settled: true,
    });
  });

  it("get into each trouble and out of it, with the webhooks that tell of it", async () => {
    const { url, received } = await openReceiver();
    const { itemId, accessToken } = await linkReady(bank, plaid, "ins_900106", { webhook: url });
    const told = [
      ["login_required", "ITEM_LOGIN_REQUIRED", ["ERROR"], ["LOGIN_REPAIRED"]],
      ["consent_expired", "ITEM_LOGIN_REQUIRED", ["ERROR"], ["LOGIN_REPAIRED"]],
      ["revoked", "USER_PERMISSION_REVOKED", ["USER_PERMISSION_REVOKED"], ["LOGIN_REPAIRED"]],
      ["institution_down", "INSTITUTION_DOWN", [], []],
    ] as const;
    const heard = async () => {
      await bank.idle();
      const codes = received.splice(0).map(({ body }) => body.webhook_code);
      return codes.filter((code) => code !== "SYNC_UPDATES_AVAILABLE");
    };
    await heard();
    for (const [trouble, code, webhooks, afterwards] of told) {
      await control(bank, "consents/trouble", { consent_id: itemId, trouble });
      expect(await codeOf(accessToken), trouble).toBe(code);
      expect(await heard(), trouble).toEqual(webhooks);
      await control(bank, "consents/trouble", { consent_id: itemId, trouble: null });
      expect(await codeOf(accessToken), trouble).toBe("none");
      expect(await heard(), trouble).toEqual(afterwards);
    }
    const expired = { consent_id: itemId, trouble: "consent_expired" };
    await control(bank, "consents/trouble", expired);
    const { data } = await plaid.itemGet({ access_token: accessToken });
    expect(data.item.error?.error_code_reason).toBe("OAUTH_CONSENT_EXPIRED");
  });

  it("fail with a code as often as they are told to", async () => {
    const { itemId, accessToken } = await linkReady(bank, plaid, "ins_900106");
    await control(bank, "consents/fail", { consent_id: itemId, code: "ITEM_LOCKED", count: 2 });
    expect([
      await codeOf(accessToken),
      await codeOf(accessToken),
      await codeOf(accessToken),
    ]).toEqual(["ITEM_LOCKED", "ITEM_LOCKED", "none"]);
    await control(bank, "consents/fail", { consent_id: itemId, code: "NO_ACCOUNTS", count: 9 });
    await control(bank, "faults/clear");
    expect(await codeOf(accessToken)).toBe("none");
  });

  it("refuse what no aggregator of theirs knows", async () => {
    const { itemId } = await linkReady(bank, plaid, "ins_900106");
    const about = { consent_id: itemId };
    const refused = (name: string, body: object) =>
      expect(control(bank, name, body), name).rejects.toThrow();
    await refused("consents/fail", { ...about, code: "NO_SUCH_CODE" });
    await refused("consents/trouble", { ...about, trouble: "bored" });
    await refused("consents/trouble", { ...about });
    await refused("consents/webhook", { ...about, what: "NOTHING" });
    await refused("consents/misbehave", { ...about, how: "forged" });
    await refused("consents/trouble", { consent_id: "nobody", trouble: null });
    await refused("faults", { name: "rate_limit", provider: "nobody" });
  });
});

describe("failures of a data call", () => {
  const post = (accessToken: string, signal?: AbortSignal) =>
    fetch(`${bank.url}/transactions/sync`, {
      method: "POST",
      headers: { "plaid-client-id": "sandbox-client", "plaid-secret": "sandbox-secret" },
      body: JSON.stringify({ access_token: accessToken }),
      ...(signal && { signal }),
    });

  it("say how long to wait only where that was asked for", async () => {
    const { itemId, accessToken } = await linkReady(bank, plaid, "ins_900106");
    await control(bank, "faults", { name: "rate_limit", consent_id: itemId, retry_after: 7 });
    await control(bank, "faults", { name: "rate_limit", consent_id: itemId });
    const answers = [await post(accessToken), await post(accessToken), await post(accessToken)];
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(answers.map(({ headers }) => headers.get("retry-after"))).toEqual(["7", null, null]);
  });

  it("are silence, or half an answer", async () => {
    const { itemId, accessToken } = await linkReady(bank, plaid, "ins_900106");
    await control(bank, "faults", { name: "hang", consent_id: itemId, ms: 60_000 });
    await expect(post(accessToken, AbortSignal.timeout(200))).rejects.toThrow("timeout");
    await control(bank, "faults", { name: "truncated_json", consent_id: itemId });
    await expect((await post(accessToken)).json()).rejects.toThrow(SyntaxError);
    await expect((await post(accessToken)).json()).resolves.toHaveProperty("has_more");
  });

  it("have pages without an end until they are cleared", async () => {
    const { itemId, accessToken } = await linkReady(bank, plaid, "ins_900106");
    await control(bank, "faults", { name: "endless_pages", consent_id: itemId });
    let cursor: string | undefined;
    for (let read = 0; read < 4; read++) {
      const request = { access_token: accessToken, count: 500, ...(cursor && { cursor }) };
      const { data } = await plaid.transactionsSync(request);
      expect(data.has_more).toBe(true);
      cursor = data.next_cursor;
    }
    await control(bank, "faults/clear");
    const request = { access_token: accessToken, count: 500, cursor: cursor ?? "" };
    expect((await plaid.transactionsSync(request)).data.has_more).toBe(false);
  });

  it("can be set for one aggregator", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900106");
    await control(bank, "faults", { name: "internal_error", provider: "plaid", count: 1 });
    expect([(await post(accessToken)).status, (await post(accessToken)).status]).toEqual([
      500, 200,
    ]);
    bank.sandbox.faults.set({
      ...{ name: "internal_error", wire: "another", consentId: null },
      ...{ left: 1, until: null, ms: 0, retryAfter: null },
    });
    expect((await post(accessToken)).status).toBe(200);
  });
});
