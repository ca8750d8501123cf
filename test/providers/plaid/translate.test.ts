import fc from "fast-check";
import type { AccountBase, Transaction } from "plaid";
import { describe, expect, test } from "vitest";
import {
  toAccount,
  toAccounts,
  toTransaction,
} from "../../../server/src/providers/plaid/translate.ts";

const row = {
  transaction_id: "tx1",
  account_id: "acc1",
  amount: 12.34,
  iso_currency_code: "GBP",
  unofficial_currency_code: null,
  date: "2026-11-21",
  name: "CARD COPPER KETTLE",
  pending: false,
  pending_transaction_id: null,
  payment_meta: { reference_number: "INV-1" },
} as unknown as Transaction;

const account = {
  account_id: "acc1",
  name: "Business",
  official_name: null,
  type: "depository",
  subtype: "checking",
  mask: "1234",
  balances: {
    current: 10.5,
    available: 9,
    iso_currency_code: "GBP",
    unofficial_currency_code: null,
  },
} as unknown as AccountBase;

function read(changes: Record<string, unknown>) {
  const result = toTransaction({ ...row, ...changes } as Transaction);
  return result.ok ? result.value : result.problem.message;
}

describe("a transaction of Plaid's", () => {
  test("has its sign turned: what Plaid calls positive went out", () => {
    expect(read({ amount: 12.34 })).toMatchObject({ amountMinor: -1_234n });
    expect(read({ amount: -0.1 })).toMatchObject({ amountMinor: 10n });
  });

  test.each([
    [0.07, "GBP", -7n],
    [1_234_567_890.12, "GBP", -123_456_789_012n],
    [4.35, "EUR", -435n],
    [500, "JPY", -500n],
    [1.005, "KWD", -1_005n],
  ])("%d %s becomes exactly %s minor units", (amount, iso_currency_code, amountMinor) => {
    expect(read({ amount, iso_currency_code })).toMatchObject({ amountMinor });
  });

  test.each([
    ["digits beyond the exponent", { amount: 1.005 }, /more decimals/],
    [
      "an unofficial currency",
      { iso_currency_code: null, unofficial_currency_code: "BTC" },
      /not supported/,
    ],
    ["a currency that ISO 4217 lacks", { iso_currency_code: "XYZ" }, /not supported/],
    ["an amount that is text", { amount: "12.34" }, /no number/],
    ["a day that does not exist", { date: "2026-02-30" }, /no readable date/],
    ["no id", { transaction_id: "" }, /no id/],
  ])("with %s is a problem, not a crash", (_what, changes, message) => {
    expect(read(changes)).toMatch(message);
  });

  test("keeps what PostgreSQL can store", () => {
    expect(read({ name: "a\u0000b\ud800c" })).toMatchObject({ description: "a b c" });
  });

  test("tells which pending row it replaces", () => {
    expect(read({ pending_transaction_id: "tx0" })).toMatchObject({ replacesExternalId: "tx0" });
  });

  test("never throws, whatever its fields are", () => {
    fc.assert(
      fc.property(
        fc.record({ key: fc.constantFrom(...Object.keys(row)), value: fc.anything() }),
        ({ key, value }) => {
          toTransaction({ ...row, [key]: value } as Transaction);
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe("an account of Plaid's", () => {
  test("that is owed money shows it as negative", () => {
    const credit = toAccount({ ...account, type: "credit", subtype: "credit card" } as AccountBase);
    expect(credit).toMatchObject({ value: { kind: "credit_card", balanceCurrentMinor: -1_050n } });
  });

  test("of a kind that nobody knows yet is taken as other", () => {
    const strange = toAccount({ ...account, type: "hologram" } as unknown as AccountBase);
    expect(strange).toMatchObject({ ok: true, value: { kind: "other" } });
  });

  test("in an unofficial currency is a problem beside the others", () => {
    const coin = {
      ...account,
      account_id: "acc2",
      balances: { ...account.balances, iso_currency_code: null },
    };
    const { accounts, problems } = toAccounts([account, coin]);
    expect(accounts.map(({ externalId }) => externalId)).toEqual(["acc1"]);
    expect(problems).toMatchObject([{ externalId: "acc2" }]);
  });
});
