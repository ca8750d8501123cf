import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toResource } from "../../../server/src/providers/ponto/json-api.ts";
import {
  toAccount,
  toConnection,
  toTransaction,
} from "../../../server/src/providers/ponto/translate.ts";

const now = new Date("2026-11-21T10:00:00Z");

const row = {
  type: "transaction",
  id: "t-1",
  attributes: {
    amount: -12.34,
    currency: "EUR",
    executionDate: "2026-11-20T00:00:00.000Z",
    valueDate: "2026-11-21T00:00:00.000Z",
    description: "Wire transfer",
    remittanceInformation: "INV-7",
    remittanceInformationType: "structured",
    counterpartName: "Rice Ltd",
    endToEndId: "NOTPROVIDED",
  },
  relationships: { account: { data: { type: "account", id: "a-1" } } },
};

function read(changes: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const resource = toResource({ ...row, ...more, attributes: { ...row.attributes, ...changes } });
  const result = toTransaction(resource, { accountExternalId: "a-1", pending: false });
  return result.ok ? result.value : result.problem.message;
}

describe("a transaction of Ponto's", () => {
  test("keeps its sign: money out is negative there too", () => {
    expect(read()).toEqual({
      externalId: "t-1",
      accountExternalId: "a-1",
      bookedOn: "2026-11-20",
      amountMinor: -1_234n,
      currency: "EUR",
      description: "Wire transfer",
      counterpartyName: "Rice Ltd",
      reference: "INV-7",
      pending: false,
      replacesExternalId: null,
      categoryName: null,
    });
  });

  test.each([
    [0.07, "EUR", 7n],
    [1_234_567_890.12, "EUR", 123_456_789_012n],
    [4.35, "GBP", 435n],
    [500, "JPY", 500n],
    [1.005, "KWD", 1_005n],
  ])("%d %s becomes exactly %s minor units", (amount, currency, amountMinor) => {
    expect(read({ amount, currency })).toMatchObject({ amountMinor });
  });

  test("of any amount that two decimals can write is read exactly", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -9_999_999_999_999n, max: 9_999_999_999_999n }), (minor) => {
        const digits = String(minor < 0n ? -minor : minor).padStart(3, "0");
        const text = `${minor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
        expect(read({ amount: Number(text) })).toMatchObject({ amountMinor: minor });
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  test.each([
    ["digits beyond the exponent", { amount: 1.005 }, /more decimals/],
    ["a currency that ISO 4217 lacks", { currency: "XYZ" }, /not supported/],
    ["an amount that is text", { amount: "12.34" }, /no number/],
    [
      "days that do not exist",
      { executionDate: "2026-02-30", valueDate: null },
      /no readable date/,
    ],
  ])("with %s is a problem, not a crash", (_what, changes, message) => {
    expect(read(changes)).toMatch(message);
    expect(read({}, { id: "" })).toMatch(/no id/);
  });

  test("falls back to the value date", () => {
    expect(read({ executionDate: null })).toMatchObject({ bookedOn: "2026-11-21" });
  });

  test("shows what the payer wrote behind the bank's words, once", () => {
    const free = { remittanceInformationType: "unstructured", remittanceInformation: "for Joe" };
    expect(read(free)).toMatchObject({ description: "Wire transfer for Joe", reference: null });
    expect(read({ ...free, description: "Paid for Joe" })).toMatchObject({
      description: "Paid for Joe",
    });
    expect(read({ ...free, endToEndId: "E2E-1" })).toMatchObject({ reference: "E2E-1" });
  });

  test("never throws, whatever its fields are", () => {
    fc.assert(
      fc.property(
        fc.record({
          key: fc.constantFrom(...Object.keys(row.attributes)),
          value: fc.anything(),
        }),
        fc.anything(),
        ({ key, value }, whole) => {
          read({ [key]: value });
          toTransaction(toResource(whole), { accountExternalId: "a-1", pending: true });
          toAccount(toResource(whole));
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});

const account = (attributes: object = {}, meta: object = {}, id = "a-1") =>
  toResource({
    type: "account",
    id,
    attributes: {
      subtype: "checking",
      reference: "BE53 5866 7138 4412",
      description: "Business",
      product: "Current account",
      currency: "EUR",
      currentBalance: 6_386.04,
      availableBalance: 6_000,
      deprecated: false,
      authorizationExpirationExpectedAt: "2026-12-21T10:00:00Z",
      ...attributes,
    },
    meta: { synchronizedAt: "2026-11-21T09:00:00Z", ...meta },
    relationships: { financialInstitution: { data: { id: "bank-1" } } },
  });

const failedSync = (...codes: string[]) => ({
  latestSynchronization: {
    id: "s-1",
    attributes: { status: "error", errors: codes.map((code) => ({ code })) },
  },
});

describe("an account of Ponto's", () => {
  test("is recognised by its IBAN, and shows the end of it", () => {
    expect(toAccount(account())).toMatchObject({
      value: {
        name: "Business",
        kind: "current",
        identifier: "BE53586671384412",
        mask: "4412",
        balanceCurrentMinor: 638_604n,
        balanceAvailableMinor: 600_000n,
        balanceAsOf: new Date("2026-11-21T09:00:00Z"),
      },
    });
  });

  test("of a kind that nobody knows yet is taken as other", () => {
    expect(toAccount(account({ subtype: "hologram" }))).toMatchObject({ value: { kind: "other" } });
  });

  test("with a balance that cannot be read has none, and stays", () => {
    expect(toAccount(account({ currentBalance: 1.005 }))).toMatchObject({
      value: { balanceCurrentMinor: null },
    });
  });
});

describe("an integration", () => {
  test("is as fresh as its oldest account, and ends with the first of them", () => {
    const accounts = [
      account(),
      account(
        { authorizationExpirationExpectedAt: "2026-12-01T00:00:00Z" },
        { synchronizedAt: "2026-11-20T09:00:00Z" },
        "a-2",
      ),
      account({ deprecated: true, authorizationExpirationExpectedAt: "2020-01-01T00:00:00Z" }),
    ];
    expect(toConnection("org-1", accounts, now)).toEqual({
      externalId: "org-1",
      institutionId: "bank-1",
      consentExpiresAt: new Date("2026-12-01T00:00:00Z"),
      successfullyAggregatedAt: new Date("2026-11-20T09:00:00Z"),
      failure: null,
    });
  });

  test.each([
    [
      "a consent that has run out",
      account({ authorizationExpirationExpectedAt: "2026-11-21T09:59:59Z" }),
      "user_action_needed",
    ],
    [
      "an invalid authorisation",
      account({}, failedSync("technicalFailure", "authorizationInvalid")),
      "user_action_needed",
    ],
    ["a bank that does not answer", account({}, failedSync("technicalFailure")), "temporary"],
    ["an error without a code", account({}, failedSync()), "temporary"],
  ])("with %s is in trouble", (_what, broken, kind) => {
    expect(toConnection("org-1", [account(), broken], now).failure?.kind).toBe(kind);
  });

  test("says first what a person can put right", () => {
    const accounts = [
      account({}, failedSync("down")),
      account({}, failedSync("authorizationInvalid")),
    ];
    expect(toConnection("org-1", accounts, now).failure?.kind).toBe("user_action_needed");
  });

  test("without an account asks for one", () => {
    expect(toConnection("org-1", [], now).failure?.kind).toBe("user_action_needed");
  });
});
