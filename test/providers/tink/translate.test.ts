import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { currencyExponents } from "../../../server/src/core/currencies.ts";
import {
  pageOf,
  toAccount,
  toInstitution,
  toMoney,
  toTransaction,
} from "../../../server/src/providers/tink/translate.ts";

const row = {
  id: "tx1",
  accountId: "acc1",
  amount: { currencyCode: "GBP", value: { unscaledValue: "-1234", scale: "2" } },
  dates: { booked: "2026-11-21", value: "2026-11-22" },
  descriptions: { original: "CARD COPPER KETTLE", display: "Copper Kettle" },
  counterparties: { payee: { name: "Copper Kettle" }, payer: { name: "Harbourvale" } },
  reference: "INV-1",
  status: "BOOKED",
};

const account = {
  id: "acc1",
  name: "Business",
  type: "CHECKING",
  balances: {
    booked: { amount: { currencyCode: "GBP", value: { unscaledValue: "1050", scale: "2" } } },
    available: { amount: { currencyCode: "GBP", value: { unscaledValue: "9", scale: "0" } } },
  },
  identifiers: { iban: { iban: "GB00 DEMO 0000 4417", bban: "DEMO00004417" } },
  dates: { lastRefreshed: "2026-11-21T09:30:00Z" },
};

function read(changes: Record<string, unknown>) {
  const result = toTransaction({ ...row, ...changes });
  return result.ok ? result.value : result.problem.message;
}

const amount = (unscaledValue: unknown, scale: unknown, currencyCode = "GBP") => ({
  amount: { currencyCode, value: { unscaledValue, scale } },
});

describe("a transaction of Tink's", () => {
  test("keeps its sign, its day and its words", () => {
    expect(read({})).toEqual({
      externalId: "tx1",
      accountExternalId: "acc1",
      bookedOn: "2026-11-21",
      amountMinor: -1_234n,
      currency: "GBP",
      description: "CARD COPPER KETTLE",
      counterpartyName: "Copper Kettle",
      reference: "INV-1",
      pending: false,
      replacesExternalId: null,
      categoryName: null,
    });
  });

  test("names who paid when money came in", () => {
    expect(read(amount("5", "0"))).toMatchObject({ counterpartyName: "Harbourvale" });
  });

  test.each([
    ["7", "2", "GBP", 7n],
    ["-123456789012345678", "2", "EUR", -123_456_789_012_345_678n],
    ["12", "-2", "EUR", 120_000n],
    ["500", "0", "JPY", 500n],
    ["50000", "2", "JPY", 500n],
    ["-1005", "3", "KWD", -1_005n],
    ["1230", "3", "GBP", 123n],
  ])("of %s at scale %s in %s is exactly %s minor units", (unscaled, scale, code, expected) => {
    expect(read(amount(unscaled, scale, code))).toMatchObject({ amountMinor: expected });
  });

  test.each([
    ["digits beyond the exponent", amount("1005", "3"), /more decimals/],
    ["an amount that is a number", amount(1234, "2"), /no exact number/],
    ["an exponent", amount("1e3", "2"), /no exact number/],
    ["a scale without end", amount("1", "99"), /no exact number/],
    ["more than an amount can be", amount("99999999999999999999", "2"), /too large/],
    ["a currency that ISO 4217 lacks", amount("1", "2", "XYZ"), /not supported/],
    ["no day", { dates: { booked: "2026-02-30" } }, /no readable date/],
    ["no id", { id: "" }, /no id/],
    ["no account", { accountId: null }, /no id/],
  ])("with %s is a problem, not a crash", (_what, changes, message) => {
    expect(read(changes)).toMatch(message);
  });

  test("whose state is not known counts as pending, so that it settles nothing yet", () => {
    for (const status of ["PENDING", "UNDEFINED", "EVAPORATED", null]) {
      expect(read({ status })).toMatchObject({ pending: true });
    }
  });

  test("that has no booked day yet has the one of its value", () => {
    const pending = { status: "PENDING", dates: { value: "2026-11-22" } };
    expect(read(pending)).toMatchObject({ bookedOn: "2026-11-22" });
  });

  test("never throws, whatever its fields are", () => {
    fc.assert(
      fc.property(
        fc.record({ key: fc.constantFrom(...Object.keys(row)), value: fc.anything() }),
        ({ key, value }) => {
          toTransaction({ ...row, [key]: value });
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});

test("whatever can be written in a currency's digits is read back to the unit, at any scale that holds it", () => {
  const currencies = Object.entries(currencyExponents);
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
      fc.constantFrom(...currencies),
      fc.integer({ min: 0, max: 8 }),
      (amountMinor, [currencyCode, exponent], more) => {
        const value = {
          unscaledValue: String(amountMinor * 10n ** BigInt(more)),
          scale: String(exponent + more),
        };
        expect(toMoney({ currencyCode, value })).toMatchObject({
          ok: true,
          value: { amountMinor },
        });
      },
    ),
    { seed: 11, numRuns: 300 },
  );
});

describe("an account of Tink's", () => {
  test("has its balances to the unit and what it is recognised by", () => {
    expect(toAccount(account)).toMatchObject({
      value: {
        externalId: "acc1",
        kind: "current",
        mask: "4417",
        identifier: "GB00DEMO00004417",
        currency: "GBP",
        balanceCurrentMinor: 1_050n,
        balanceAvailableMinor: 900n,
        balanceAsOf: new Date("2026-11-21T09:30:00Z"),
      },
    });
  });

  test("that is a card has its digits and no number", () => {
    const card = { ...account, type: "CREDIT_CARD", identifiers: { pan: { masked: "**** 7731" } } };
    expect(toAccount(card)).toMatchObject({
      value: { kind: "credit_card", mask: "7731", identifier: null },
    });
  });

  test("of a kind that nobody knows yet is taken as other", () => {
    expect(toAccount({ ...account, type: "HOLOGRAM" })).toMatchObject({
      ok: true,
      value: { kind: "other" },
    });
  });

  test("in no currency that is known is a problem", () => {
    expect(toAccount({ ...account, balances: {} })).toMatchObject({
      ok: false,
      problem: { externalId: "acc1" },
    });
  });
});

test("a bank that is closed is not offered", () => {
  const bank = { name: "gb-x-ob", displayName: "Bank X", market: "GB" };
  expect(toInstitution({ ...bank, status: "ENABLED" })).toEqual({
    ...{ id: "gb-x-ob", name: "Bank X", colour: null },
    countries: ["GB"],
  });
  expect(toInstitution({ ...bank, status: "OBSOLETE" })).toBeNull();
  expect(toInstitution(7)).toBeNull();
});

test("an empty page token ends the list", () => {
  expect(pageOf({ nextPageToken: "", transactions: [1] }, "transactions")).toEqual({
    ...{ rows: [1], next: null },
  });
  expect(pageOf(null, "transactions")).toEqual({ rows: [], next: null });
});
