import { Configuration, CountryCode, PlaidApi, Products } from "plaid";
import { afterAll, describe, expect, it } from "vitest";
import {
  control,
  linkReady,
  nothingKnown,
  openBank,
  openReceiver,
  problemFrom,
  syncLoop,
} from "./bank.ts";

const { bank, plaid } = await openBank();
afterAll(() => bank.close());
const gb = [CountryCode.Gb];

describe("the Plaid API", () => {
  it("refuses wrong credentials in Plaid's words", async () => {
    const stranger = new PlaidApi(new Configuration({ basePath: bank.url }));
    expect(
      await problemFrom(stranger.institutionsGet({ count: 1, offset: 0, country_codes: gb })),
    ).toEqual({
      status: 400,
      type: "INVALID_INPUT",
      code: "INVALID_API_KEYS",
    });
    const inBody = stranger.institutionsGet({
      client_id: "sandbox-client",
      secret: "sandbox-secret",
      count: 1,
      offset: 0,
      country_codes: gb,
    });
    expect((await inBody).data.institutions).toHaveLength(1);
  });

  it("finds institutions by name and country", async () => {
    const search = async (query: string, country_codes: CountryCode[]) =>
      (
        await plaid.institutionsSearch({ query, country_codes, products: null })
      ).data.institutions.map((i) => i.name);
    expect(await search("ridge", [CountryCode.Us])).toEqual(["Cobalt Ridge Bank"]);
    expect(await search("ridge", gb)).toEqual([]);
    const { data } = await plaid.institutionsGetById({
      institution_id: "ins_900105",
      country_codes: gb,
    });
    expect(data.institution).toMatchObject({ name: "Emberline Cards", oauth: false });
    expect(
      (await problemFrom(plaid.institutionsGetById({ institution_id: "ins_0", country_codes: gb })))
        .code,
    ).toBe("INVALID_INSTITUTION");
  });

  it("names missing and unreadable fields", async () => {
    expect((await problemFrom(plaid.accountsGet({} as never))).code).toBe("MISSING_FIELDS");
    const answer = await fetch(`${bank.url}/accounts/get`, { method: "POST", body: "{" });
    expect(await answer.json()).toMatchObject({ error_code: "INVALID_BODY" });
    expect(
      (
        await fetch(`${bank.url}/no/such/call`, {
          method: "POST",
          headers: { "plaid-client-id": "sandbox-client", "plaid-secret": "sandbox-secret" },
        })
      ).status,
    ).toBe(404);
  });

  it("changes an item's webhook address and says so there", async () => {
    const { url, received } = await openReceiver();
    const { accessToken } = await linkReady(bank, plaid, "ins_900104");
    const { data } = await plaid.itemWebhookUpdate({ access_token: accessToken, webhook: url });
    expect(data.item.webhook).toBe(url);
    await bank.idle();
    expect(received[0]?.body).toMatchObject({
      webhook_code: "WEBHOOK_UPDATE_ACKNOWLEDGED",
      new_webhook_url: url,
    });
  });

  it("rotates an access token and forgets a removed item", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900104");
    const rotated = await plaid.itemAccessTokenInvalidate({ access_token: accessToken });
    expect((await problemFrom(plaid.itemGet({ access_token: accessToken }))).code).toBe(
      "INVALID_ACCESS_TOKEN",
    );
    const access_token = rotated.data.new_access_token;
    await plaid.itemRemove({ access_token });
    expect((await problemFrom(plaid.itemGet({ access_token }))).code).toBe("ITEM_NOT_FOUND");
  });

  it("shows what is owed on a card as a positive balance, and money in the currency of the account", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900105");
    const { data } = await plaid.accountsBalanceGet({ access_token: accessToken });
    const [card] = data.accounts;
    expect(card).toMatchObject({ type: "credit", subtype: "credit card" });
    expect(card?.balances.current).toBeGreaterThan(0);
    expect(card?.balances.limit).toBe(15_000);
  });

  it("keeps balances equal to the opening balance and all its rows", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900104");
    await control(bank, "transactions", { account: "cobaltridge/checking", amount: "-10.01" });
    await control(bank, "bulk", { account: "cobaltridge/checking", count: 50 });
    const { rows } = await syncLoop(plaid, accessToken, nothingKnown);
    const { data } = await plaid.accountsGet({ access_token: accessToken });
    for (const account of data.accounts) {
      const path = account.name === "Money Market" ? "cobaltridge/savings" : "cobaltridge/checking";
      const opening = Number(bank.sandbox.world.account(path).openingMinor);
      const cents = [...rows.values()]
        .filter((row) => row.account_id === account.account_id && !row.pending)
        .reduce((sum, row) => sum - Math.round(row.amount * 100), opening);
      expect(Math.round((account.balances.current ?? 0) * 100)).toBe(cents);
    }
  });

  it("creates the test transactions that it is asked for, within Plaid's bounds", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900106");
    const row = {
      amount: 12.5,
      date_posted: "2026-03-18",
      date_transacted: "2026-03-17",
      description: "MADE",
      iso_currency_code: "GBP",
    };
    await plaid.sandboxTransactionsCreate({ access_token: accessToken, transactions: [row] });
    const { rows } = await syncLoop(plaid, accessToken, nothingKnown);
    expect([...rows.values()].find((r) => r.name === "MADE")?.amount).toBe(12.5);
    const refused = async (change: object, times = 1) =>
      (
        await problemFrom(
          plaid.sandboxTransactionsCreate({
            access_token: accessToken,
            transactions: Array(times).fill({ ...row, ...change }),
          }),
        )
      ).code;
    expect(await refused({ date_posted: "2026-03-19" })).toBe("INVALID_FIELD");
    expect(await refused({ amount: 1.234 })).toBe("INVALID_FIELD");
    expect(await refused({}, 11)).toBe("INVALID_FIELD");
  });

  it("refuses products together with an access token", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900106");
    const asked = plaid.linkTokenCreate({
      client_name: "T",
      language: "en",
      country_codes: gb,
      user: { client_user_id: "u" },
      products: [Products.Transactions],
      access_token: accessToken,
    });
    expect((await problemFrom(asked)).code).toBe("INVALID_FIELD");
  });
});

describe("named failures", () => {
  it("strike as often as they were set, the item that they were set for", async () => {
    const one = await linkReady(bank, plaid, "ins_900106");
    const two = await linkReady(bank, plaid, "ins_900104");
    const codes = async (accessToken: string, times: number) => {
      const seen: string[] = [];
      for (let i = 0; i < times; i++)
        seen.push((await problemFrom(plaid.transactionsSync({ access_token: accessToken }))).code);
      return seen;
    };
    await control(bank, "faults", { name: "rate_limit", item_id: one.itemId, count: 2 });
    expect(await codes(two.accessToken, 1)).toEqual(["none"]);
    expect(await codes(one.accessToken, 3)).toEqual([
      "TRANSACTIONS_SYNC_LIMIT",
      "TRANSACTIONS_SYNC_LIMIT",
      "none",
    ]);
    await control(bank, "faults", { name: "internal_error", item_id: one.itemId });
    await control(bank, "faults", { name: "institution_down", item_id: one.itemId });
    expect(await codes(one.accessToken, 3)).toEqual([
      "INTERNAL_SERVER_ERROR",
      "INSTITUTION_DOWN",
      "none",
    ]);
  });

  it("cut the connection, and slow it down", async () => {
    const { accessToken, itemId } = await linkReady(bank, plaid, "ins_900106");
    await control(bank, "faults", { name: "connection_reset", item_id: itemId });
    await expect(plaid.accountsGet({ access_token: accessToken })).rejects.toMatchObject({
      code: "ECONNRESET",
    });
    await control(bank, "faults", { name: "slow", item_id: itemId, ms: 120 });
    const began = performance.now();
    await plaid.accountsGet({ access_token: accessToken });
    expect(performance.now() - began).toBeGreaterThan(100);
  });

  it("can be cleared", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900106");
    await control(bank, "faults", { name: "internal_error", seconds: 600 });
    expect((await problemFrom(plaid.accountsGet({ access_token: accessToken }))).status).toBe(500);
    await control(bank, "faults/clear");
    expect((await problemFrom(plaid.accountsGet({ access_token: accessToken }))).code).toBe("none");
  });
});
