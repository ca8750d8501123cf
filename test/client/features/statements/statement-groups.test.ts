import { describe, expect, test } from "vitest";
import type {
  AccountChoice,
  FileStatement,
} from "../../../../client/src/features/statements/documents.ts";
import {
  accountDecision,
  groupStatements,
  likelyAccount,
  proofOf,
} from "../../../../client/src/features/statements/statement-groups.ts";

const gbp = (amount: string) => ({ amount, currency: "GBP" });

function statement(position: number, over: Partial<FileStatement> = {}): FileStatement {
  return {
    position,
    account: null,
    accountName: "Operating",
    accountMask: "6789",
    currency: "GBP",
    number: null,
    firstOn: "2026-01-01",
    lastOn: "2026-01-31",
    openingBalance: gbp("100.00"),
    closingBalance: gbp("130.00"),
    closingOn: "2026-01-31",
    lines: 3,
    credits: gbp("50.00"),
    debits: gbp("20.00"),
    ...over,
  };
}

describe("the statements of a file", () => {
  test("of one account are one group: from the first opening to the last closing balance", () => {
    const [group, ...rest] = groupStatements([
      statement(0),
      statement(1, {
        firstOn: "2026-02-01",
        lastOn: "2026-02-28",
        openingBalance: gbp("130.00"),
        closingBalance: gbp("160.00"),
      }),
    ]);
    expect(rest).toEqual([]);
    expect(group).toMatchObject({
      named: "Operating ••6789",
      positions: [0, 1],
      firstOn: "2026-01-01",
      lastOn: "2026-02-28",
      lines: 6,
      opening: gbp("100.00"),
      closing: gbp("160.00"),
      credits: gbp("100.00"),
      debits: gbp("40.00"),
    });
    expect(group && proofOf(group)?.agrees).toBe(true);
  });

  test("of other accounts or currencies stay apart", () => {
    const groups = groupStatements([
      statement(0),
      statement(1, { accountMask: "1111" }),
      statement(2, { currency: "EUR" }),
      statement(3),
    ]);
    expect(groups.map(({ positions }) => positions)).toEqual([[0, 3], [1], [2]]);
  });

  test("say by how much they are off", () => {
    const [group] = groupStatements([statement(0, { closingBalance: gbp("129.99") })]);
    expect(group && proofOf(group)).toEqual({
      computed: gbp("130.00"),
      difference: gbp("-0.01"),
      agrees: false,
    });
  });

  test("prove nothing where a balance is lacking", () => {
    const [group] = groupStatements([statement(0, { openingBalance: null })]);
    expect(group && proofOf(group)).toBeNull();
  });

  test("are given an account all together, and a file that names none as a whole", () => {
    const [named] = groupStatements([statement(4), statement(7)]);
    expect(named && accountDecision(named, "a")).toEqual({
      statementAccounts: [
        { position: 4, accountId: "a" },
        { position: 7, accountId: "a" },
      ],
    });
    const [whole] = groupStatements([statement(0, { accountName: null, accountMask: null })]);
    expect(whole && accountDecision(whole, "a")).toEqual({ accountId: "a" });
  });
});

describe("the account that a file's number points at", () => {
  const account = (id: string, over: Partial<AccountChoice> = {}): AccountChoice => ({
    id,
    name: "Operating",
    mask: "6789",
    institutionName: "Aldermoor Bank",
    currency: "GBP",
    path: "STANDARD",
    inScope: true,
    closedAt: null,
    ...over,
  });
  const group = { statements: [statement(0)], currency: "GBP" };

  test("is the one open account of its currency with the same last digits", () => {
    const others = [account("b", { mask: "1111" }), account("c", { currency: "EUR" })];
    expect(likelyAccount(group, [...others, account("a")])?.id).toBe("a");
    expect(likelyAccount(group, [account("a", { closedAt: "2026-01-01" })])).toBeUndefined();
  });

  test("is none where two have them, or the file says no number", () => {
    expect(likelyAccount(group, [account("a"), account("b")])).toBeUndefined();
    const unsaid = { ...group, statements: [statement(0, { accountMask: null })] };
    expect(likelyAccount(unsaid, [account("a", { mask: null })])).toBeUndefined();
  });
});
