import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { packageOf } from "../../../server/src/platforms/codat/packages.ts";
import { toPaymentBody } from "../../../server/src/platforms/codat/payments.ts";
import {
  readTarget,
  toSourceAccount,
} from "../../../server/src/platforms/codat/translate-accounts.ts";
import { readDocument } from "../../../server/src/platforms/codat/translate-documents.ts";
import {
  readArrived,
  readFoundPush,
  readPush,
  toPushBody,
} from "../../../server/src/platforms/codat/translate-push.ts";
import {
  codatAmount,
  codatDay,
  codatMoment,
  toCodatAmount,
} from "../../../server/src/platforms/codat/values.ts";
import type { PlatformLine } from "../../../server/src/platforms/platform.ts";

const lineId = "01a1fc00-0000-7000-8000-000000000001";

describe("amounts", () => {
  test("go there and back to the minor unit, whatever a float would make of them", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -99_999_999_999_999n, max: 99_999_999_999_999n }),
        fc.constantFrom("GBP" as const, "JPY" as const, "KWD" as const),
        (minor, currency) => {
          const wire = JSON.parse(JSON.stringify(toCodatAmount(minor, currency)));
          expect(codatAmount(wire, currency)).toBe(minor);
        },
      ),
      { seed: 7 },
    );
    expect(JSON.stringify(toCodatAmount(29n, "GBP"))).toBe("0.29");
  });

  test("that no number tells exactly are refused, not rounded", () => {
    expect(() => toCodatAmount(9_007_199_254_740_993n, "GBP")).toThrow("too large");
    expect(codatAmount(0.1 + 0.2, "GBP")).toBeNull();
    expect(codatAmount("12.00", "GBP")).toBeNull();
  });
});

describe("days and moments", () => {
  test.each([
    "2026-11-20",
    "2026-11-20T00:00:00",
    "2026-11-20T00:00:00Z",
    "2026-11-20T23:30:00-05:00",
    "2026-11-20T12:58:39.5065472Z",
  ])("%s is that day", (text) => {
    expect(codatDay(text)).toBe("2026-11-20");
  });

  test("are none where there is no such day", () => {
    for (const text of ["2026-02-30", "20261120", "2026-11-20 10:00", "", null, 7]) {
      expect(codatDay(text)).toBeNull();
    }
  });

  test.each([
    ["2023-09-12T12:58:39.5065472Z", "2023-09-12T12:58:39.506Z"],
    ["2023-09-12T12:58:39", "2023-09-12T12:58:39.000Z"],
    ["2023-09-12T12:58:39-05:00", "2023-09-12T17:58:39.000Z"],
    ["2023-09-12", "2023-09-12T00:00:00.000Z"],
  ])("%s is the moment %s, in any time zone of this machine", (text, at) => {
    expect(codatMoment(text)?.toISOString()).toBe(at);
  });
});

describe("a batch", () => {
  const line: PlatformLine = {
    ...{
      id: lineId,
      bookedOn: localDate("2026-11-20"),
      amountMinor: -1_250n,
      balanceMinor: 98_750n,
    },
    ...{
      description: "Card",
      counterpartyName: "Shop",
      reference: "r1",
      reconciled: false,
      kind: "debit",
    },
  };
  const body = (values: Partial<PlatformLine>, of = "xero") =>
    toPushBody(
      { reference: "op", feedExternalId: "f", currency: "GBP", lines: [{ ...line, ...values }] },
      packageOf(of),
    );
  const typeOf = (values: Partial<PlatformLine>, of?: string) =>
    (body(values, of).transactions as { transactionType: string }[])[0]?.transactionType;

  test("is written in Codat's words", () => {
    expect(body({})).toEqual({
      accountId: "f",
      transactions: [
        {
          ...{ id: lineId, date: "2026-11-20T00:00:00Z", amount: -12.5, balance: 987.5 },
          ...{ description: "Card", counterparty: "Shop", reference: "r1", reconciled: false },
          transactionType: "Debit",
        },
      ],
    });
  });

  test("says a line's kind where the package takes it and the sign agrees", () => {
    expect(typeOf({ kind: "fee" })).toBe("Fee");
    expect(typeOf({ kind: "fee", amountMinor: 5n })).toBe("Credit");
    expect(typeOf({ kind: "fee" }, "quickbooks_online")).toBe("Debit");
    expect(typeOf({ kind: "transfer", amountMinor: 5n })).toBe("Xfer");
  });

  test("leaves out a balance that nobody knows", () => {
    expect((body({ balanceMinor: null }).transactions as object[])[0]).not.toHaveProperty(
      "balance",
    );
  });
});

describe("a push operation", () => {
  const operation = {
    ...{ pushOperationKey: "key-1", dataType: "bankTransactions", dataConnectionKey: "x1" },
    ...{ requestedOnUtc: "2026-11-20T10:00:00Z", status: "Pending", statusCode: 202 },
    ...{ errorMessage: null, validation: { errors: [], warnings: [] } },
  };

  test("is pending, also in a status that is not known yet", () => {
    for (const status of ["Pending", "Unknown", "Sleeping", undefined]) {
      expect(readPush({ ...operation, status })).toMatchObject({
        status: "pending",
        problem: null,
      });
    }
  });

  test("that failed names the lines that are wrong, and is not worth repeating as it is", () => {
    const validation = {
      errors: [
        // Ids come back in capitals from some packages.
        {
          itemId: lineId.toUpperCase(),
          message: "The date is in the future.",
          validatorName: "Date",
        },
        { itemId: "NominalCode", message: "is unknown", validatorName: "Account" },
      ],
      warnings: [{ itemId: null, message: null, validatorName: null }],
    };
    expect(readPush({ ...operation, status: "Failed", statusCode: 400, validation })).toEqual({
      ...{ externalKey: "key-1", status: "failed", problem: "The package refused one line." },
      ...{ retryable: false, completedAt: null },
      lineProblems: [
        { lineId, severity: "error", message: "The date is in the future.", rule: "Date" },
        { lineId: null, severity: "error", message: "NominalCode: is unknown", rule: "Account" },
        { lineId: null, severity: "warning", message: "The package gave no reason.", rule: null },
      ],
    });
  });

  test("that failed for the package's own reasons may be repeated", () => {
    const errorMessage =
      "An error occurred in a downstream service. Correlation ID: 1. Message: The service is unavailable.";
    expect(
      readPush({ ...operation, status: "Failed", statusCode: 503, errorMessage, validation: null }),
    ).toMatchObject({
      ...{ status: "failed", retryable: true },
      problem: "The package refused it: The service is unavailable.",
    });
  });

  test("without a key cannot be told apart, and leaves open what became of it", () => {
    expect(() => readPush({ status: "Pending" }, true)).toThrow(
      expect.objectContaining({ kind: "temporary", outcomeUnknown: true }),
    );
  });

  test("is found for its feed alone, with its lines where they are told", () => {
    const data = { accountId: "f", transactions: [{ id: lineId }] };
    expect(readFoundPush({ ...operation, data }, "f", "x1")).toMatchObject({ lineIds: [lineId] });
    expect(readFoundPush(operation, "f", "x1")).toMatchObject({ lineIds: null });
    expect(readFoundPush({ ...operation, data }, "g", "x1")).toBeNull();
    expect(readFoundPush(operation, "f", "x2")).toBeNull();
    expect(readFoundPush({ ...operation, dataType: "payments" }, "f", "x1")).toBeNull();
  });
});

test("a line of the books is read with the package's own id, and left out without a day or amount", () => {
  const row = {
    id: "b1",
    clearedOnDate: "2026-11-20T00:00:00",
    amount: 12.5,
    balance: 1,
    description: "x",
  };
  expect(readArrived(row, "GBP")).toEqual({
    ...{ externalId: "b1", lineId: null, bookedOn: "2026-11-20", amountMinor: 1_250n },
    ...{ balanceMinor: 100n, description: "x" },
  });
  expect(readArrived({ ...row, amount: 0.001 }, "GBP")).toBeNull();
  expect(readArrived({ ...row, clearedOnDate: "soon" }, "GBP")).toBeNull();
});

test("an account of the books is a target unless it is gone or in no known currency", () => {
  const row = {
    id: "a1",
    accountName: "Current",
    accountType: "Debit",
    currency: "GBP",
    balance: 4,
  };
  expect(readTarget({ ...row, nominalCode: "090" })).toEqual({
    ...{ externalId: "a1", name: "Current", number: "090", currency: "GBP", kind: "debit" },
    balanceMinor: 400n,
  });
  expect(readTarget({ ...row, status: "Archived" })).toBeNull();
  expect(readTarget({ ...row, metadata: { isDeleted: true } })).toBeNull();
  expect(readTarget({ ...row, currency: "XXX" })).toBeNull();
});

test("a source account has the name that a new account of the books is to get", () => {
  const request = {
    ...({
      externalId: "f",
      accountName: "Operating",
      accountKind: "credit_card",
      mask: "1234",
    } as const),
    ...({ currency: "GBP", balanceMinor: -5n, feedStartOn: localDate("2026-11-01") } as const),
    target: { kind: "new", name: "Company card" } as const,
  };
  expect(toSourceAccount(request)).toMatchObject({
    ...{ id: "f", accountName: "Company card", accountType: "creditCard", accountNumber: "1234" },
    ...{ currency: "GBP", balance: -0.05 },
  });
  expect(toSourceAccount({ ...request, target: null })).toMatchObject({ accountName: "Operating" });
});

describe("a document", () => {
  const invoice = {
    ...{ id: "i1", invoiceNumber: "INV-1", customerRef: { id: "c1", companyName: "Acorn" } },
    ...{ issueDate: "2026-11-01T00:00:00", dueDate: null, currency: "GBP", totalAmount: 28 },
    ...{ amountDue: 8, status: "PartiallyPaid", modifiedDate: "2026-11-02T00:00:00" },
  };
  const problem = (values: object) => {
    const read = readDocument({ ...invoice, ...values }, "invoice");
    return read.ok ? null : read.problem.message;
  };

  test("of each kind is read whole", () => {
    expect(readDocument(invoice, "invoice")).toEqual({
      ok: true,
      value: {
        ...{ kind: "invoice", externalId: "i1", number: "INV-1", counterpartyExternalId: "c1" },
        ...{ counterpartyName: "Acorn", issuedOn: "2026-11-01", dueOn: null, currency: "GBP" },
        ...{ totalMinor: 2_800n, dueMinor: 800n, state: "part_paid" },
        modifiedAt: new Date("2026-11-02T00:00:00Z"),
      },
    });
    const bill = {
      ...{ id: "b1", reference: null, supplierRef: { id: "s1", supplierName: null } },
      ...{
        issueDate: "2026-11-01",
        currency: "EUR",
        totalAmount: 5,
        amountDue: null,
        status: "Open",
      },
    };
    expect(readDocument(bill, "expense")).toMatchObject({
      value: { number: "No number (b1)", counterpartyName: "Unnamed supplier", dueMinor: 500n },
    });
  });

  test("that is cancelled, deleted, a draft or paid says so", () => {
    const read = (values: object) => readDocument({ ...invoice, ...values }, "invoice");
    expect(read({ status: "Void" })).toMatchObject({ value: { state: "void", dueMinor: 0n } });
    expect(read({ metadata: { isDeleted: true } })).toMatchObject({ value: { state: "void" } });
    // Packages take the amount off what they cancel.
    expect(read({ status: "Void", totalAmount: 0, amountDue: 0 })).toMatchObject({
      value: { state: "void", totalMinor: 0n },
    });
    expect(read({ status: "Draft" })).toMatchObject({ value: { state: "draft" } });
    expect(read({ status: "Paid", amountDue: 0 })).toMatchObject({ value: { state: "paid" } });
  });

  test("that cannot be taken over says why, with its number", () => {
    expect(problem({ totalAmount: -28, amountDue: -28 })).toMatch(/^INV-1 is a credit note/);
    expect(problem({ totalAmount: 0, amountDue: 0 })).toMatch(/^INV-1 is a credit note/);
    expect(problem({ currency: "XXX" })).toBe("INV-1 is in no known currency.");
    expect(problem({ issueDate: "soon" })).toBe("INV-1 has no date.");
    expect(problem({ totalAmount: 1.005 })).toMatch(
      /^The amount of INV-1 cannot be read: 1.005 GBP/,
    );
    expect(problem({ status: "Unknown" })).toBe("INV-1 has a status that is not known here.");
    expect(problem({ amountDue: 29 })).toMatch(/^What is still due of INV-1 cannot be read/);
    expect(problem({ id: null })).toBe("A document has no id.");
    expect(problem({ amountDue: null })).toMatch(/not told/);
  });

  test("is read or has a problem, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readDocument(value, "expense")).toHaveProperty("ok");
      }),
      { seed: 7 },
    );
  });
});

test("a payment's lines and links cancel out, and its id stands in its text", () => {
  const payment = {
    ...({ externalId: "pay-1", kind: "invoice", documentExternalId: "181" } as const),
    ...({ counterpartyExternalId: "80", targetExternalId: "41", amountMinor: 2_800n } as const),
    ...({ currency: "GBP", paidOn: localDate("2026-11-20"), reference: "BACS" } as const),
  };
  expect(toPaymentBody(payment, { package: packageOf("quickbooks_online") })).toEqual({
    ...{ customerRef: { id: "80" }, accountRef: { id: "41" }, totalAmount: 28, currency: "GBP" },
    ...{ date: "2026-11-20T00:00:00Z", note: "Tieout pay-1", reference: "BACS" },
    lines: [{ amount: 28, links: [{ type: "Invoice", id: "181", amount: -28 }] }],
  });
  const bill = { ...payment, kind: "expense" as const, counterpartyExternalId: null };
  expect(toPaymentBody(bill, { package: packageOf("xero") })).toMatchObject({
    reference: "BACS pay-1",
    lines: [{ links: [{ type: "Bill" }] }],
  });
});
