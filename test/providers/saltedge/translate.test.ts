import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  toAccount,
  toAccounts,
  toInstitution,
  toTransaction,
  toTransactions,
} from "../../../server/src/providers/saltedge/translate.ts";

const row = {
  id: "444444444444444444",
  duplicated: false,
  mode: "normal",
  status: "posted",
  made_on: "2026-11-20",
  amount: -12.34,
  currency_code: "GBP",
  description: "CARD COPPER KETTLE",
  category: "meals",
  extra: { payee: "Copper Kettle", posting_date: "2026-11-21", end_to_end_id: "INV-1" },
};

const account = {
  id: "333333333333333333",
  name: "Business",
  nature: "account",
  balance: 10.5,
  currency_code: "GBP",
  updated_at: "2026-11-21T09:30:00Z",
  extra: { iban: "GB33 BUKB 2020 1555 5555 55", available_amount: 9 },
};

function read(changes: Record<string, unknown>) {
  const result = toTransaction({ ...row, ...changes }, "acc1");
  return result.ok ? result.value : result.problem.message;
}

describe("a transaction of Salt Edge's", () => {
  test("keeps its sign, and is booked on the day that the bank says", () => {
    expect(read({})).toEqual({
      externalId: "444444444444444444",
      accountExternalId: "acc1",
      bookedOn: "2026-11-21",
      amountMinor: -1_234n,
      currency: "GBP",
      description: "CARD COPPER KETTLE",
      counterpartyName: "Copper Kettle",
      reference: "INV-1",
      pending: false,
      replacesExternalId: null,
      categoryName: "Meals and entertaining",
    });
    expect(read({ extra: {} })).toMatchObject({ bookedOn: "2026-11-20" });
  });

  test("names whoever paid of money in, and whoever was paid of money out", () => {
    const extra = { payer: "Larkspur Studio", payee: "Harbour & Vale" };
    expect(read({ amount: 5, extra })).toMatchObject({ counterpartyName: "Larkspur Studio" });
    expect(read({ amount: -5, extra })).toMatchObject({ counterpartyName: "Harbour & Vale" });
  });

  test.each([
    [-0.07, "GBP", -7n],
    [1_234_567_890.12, "GBP", 123_456_789_012n],
    [4.35, "EUR", 435n],
    [500, "JPY", 500n],
    [1.005, "KWD", 1_005n],
  ])("of %d %s becomes exactly %s minor units", (amount, currency_code, amountMinor) => {
    expect(read({ amount, currency_code })).toMatchObject({ amountMinor });
  });

  test("is exact for every amount that JSON can name", () => {
    const law = fc.property(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), (amountMinor) => {
      const digits = String(amountMinor < 0n ? -amountMinor : amountMinor).padStart(3, "0");
      const text = `${amountMinor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
      const sent: unknown = JSON.parse(`{"amount":${text}}`);
      expect(read(sent as Record<string, unknown>)).toMatchObject({ amountMinor });
    });
    fc.assert(law, { seed: 11, numRuns: 500 });
  });

  test.each([
    ["digits beyond the exponent", { amount: 1.005 }, /more decimals/],
    ["a currency that ISO 4217 lacks", { currency_code: "XYZ" }, /not supported/],
    ["an amount that is text", { amount: "12.34" }, /no number/],
    ["a day that does not exist", { made_on: "2026-02-30", extra: {} }, /no readable date/],
    ["no id", { id: "" }, /no id/],
  ])("with %s is a problem, not a crash", (_what, changes, message) => {
    expect(read(changes)).toMatch(message);
  });

  test("of a status that nobody knows yet is not taken for booked", () => {
    expect(read({ status: "pending" })).toMatchObject({ pending: true });
    expect(read({ status: "hovering" })).toMatchObject({ pending: true });
    expect(read({ status: undefined })).toMatchObject({ pending: true });
  });

  test("of a mode or category that nobody knows yet is taken all the same", () => {
    const strange = read({ mode: "teleport", category: "moon_rock" });
    expect(strange).toMatchObject({ amountMinor: -1_234n, categoryName: null });
  });

  test("that is a double of another is left out, and a bad one leaves the rest", () => {
    const rows = [row, { ...row, id: "5", duplicated: true }, { ...row, id: "6", amount: 0.001 }];
    const { transactions, problems } = toTransactions(rows, "acc1");
    expect(transactions.map(({ externalId }) => externalId)).toEqual([row.id]);
    expect(problems).toMatchObject([{ externalId: "6" }]);
  });

  test("never throws, whatever its fields are", () => {
    const field = fc.constantFrom(...Object.keys(row));
    const law = fc.property(field, fc.anything(), fc.anything(), (name, value, other) => {
      toTransaction({ ...row, [name]: value }, "acc1");
      toTransaction(other, "acc1");
      toAccount({ ...account, [name]: value, extra: other });
      toInstitution(other);
    });
    fc.assert(law, { seed: 7, numRuns: 500 });
  });
});

describe("an account of Salt Edge's", () => {
  test("is recognised by its number, of which four digits are shown", () => {
    expect(toAccount(account)).toMatchObject({
      value: {
        externalId: account.id,
        kind: "current",
        mask: "5555",
        identifier: "GB33 BUKB 2020 1555 5555 55",
        balanceCurrentMinor: 1_050n,
        balanceAvailableMinor: 900n,
        balanceAsOf: new Date("2026-11-21T09:30:00Z"),
      },
    });
  });

  test("that is a card has no number, and the card's last digits", () => {
    const card = { ...account, nature: "credit_card", extra: { cards: ["**** **** **** 9876"] } };
    expect(toAccount(card)).toMatchObject({
      value: { kind: "credit_card", mask: "9876", identifier: null },
    });
  });

  test("of a nature that nobody knows yet is taken as other", () => {
    expect(toAccount({ ...account, nature: "hologram" })).toMatchObject({
      ok: true,
      value: { kind: "other" },
    });
  });

  test("in a currency that is none is a problem beside the others", () => {
    const coin = { ...account, id: "9", currency_code: "BTC" };
    const { accounts, problems } = toAccounts([account, coin]);
    expect(accounts.map(({ externalId }) => externalId)).toEqual([account.id]);
    expect(problems).toMatchObject([{ externalId: "9" }]);
  });

  test("whose balance cannot be read is there without one", () => {
    expect(toAccount({ ...account, balance: "10.5" })).toMatchObject({
      value: { balanceCurrentMinor: null },
    });
  });
});
