import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ledgerAccountKinds } from "../../server/src/core/ledger-account.ts";
import {
  type ChartAccount,
  type LedgerImportEntry,
  planLedgerImport,
  readLedgerRows,
  type TableRow,
} from "../../server/src/core/ledger-import.ts";
import { law } from "./law.ts";

function table(...lines: string[]): TableRow[] {
  return lines.map((line, index) => ({ line: index + 1, cells: line.split(",") }));
}

function chartOf(entries: readonly LedgerImportEntry[]): Map<string, ChartAccount> {
  return new Map(
    entries.map(({ line, currency, ...entry }) => [
      entry.number,
      {
        ...entry,
        id: `id-${line}`,
        currency: currency ?? null,
        archived: false,
        refuses: () => null,
      },
    ]),
  );
}

describe("reading a chart of accounts", () => {
  it.each([
    ["number,name,kind,currency", "1200,Bank,cash,GBP"],
    ["KIND,Name, NUMBER ,Ccy", "Bank,Bank,1200,gbp"],
    ["Account code,Account name,Account type,Currency code", "1200,Bank,Bank account,GBP"],
    ["Account #,Account,Type,Balance,Currency", "1200,Bank,Bank,12.00,GBP"],
    ["Code,Account,Class,Currency", "1200,Bank,Cash at bank,GBP"],
    ["Account,Title,Category,Currency", "1200,Bank,Cash,GBP"],
  ])("takes a header such as %s", (header, row) => {
    expect(readLedgerRows(table(header, row))).toEqual({
      entries: [{ number: "1200", name: "Bank", kind: "cash", currency: "GBP", line: 2 }],
      problems: [],
    });
  });

  it.each([
    ["Bank", "cash"],
    ["Credit Card", "liability"],
    ["Accounts receivable (A/R)", "receivable"],
    ["Trade creditors", "payable"],
    ["Revenue", "income"],
    ["Cost of Goods Sold", "expense"],
    ["Owner's Equity", "equity"],
    ["Fixed Assets", "other"],
  ])("takes the kind %s for %s", (word, kind) => {
    const { entries } = readLedgerRows(table("number,name,kind", `1,One,${word}`));
    expect(entries.map((entry) => entry.kind)).toEqual([kind]);
  });

  it("tells every problem with its line", () => {
    const { entries, problems } = readLedgerRows(
      table(
        "number,name,kind,currency",
        "1200,Bank,cash,GBP",
        "1210,,cash,GBP",
        "1200,Again,cash,GBP",
        "1220,Gold,treasure,GBP",
        "1230,Odd,cash,XQX",
        `${"9".repeat(21)},Long,cash`,
        ",,",
      ),
    );
    expect(entries.map(({ number }) => number)).toEqual(["1200"]);
    expect(problems).toEqual([
      { line: 3, message: "The name is missing." },
      { line: 4, message: "The number 1200 is in line 2 already." },
      { line: 5, message: "“treasure” is no kind of account." },
      { line: 6, message: "There is no such currency." },
      { line: 7, message: "A number has at most 20 characters." },
      { line: 8, message: "The number is missing." },
      { line: 8, message: "The kind is missing." },
    ]);
  });

  it("asks for the columns that are not there, and for one of each", () => {
    const messagesOf = (...lines: string[]) =>
      readLedgerRows(table(...lines)).problems.map(({ message }) => message);
    expect(messagesOf("1200,Bank,cash")).toEqual([
      "The first line names no column for the number.",
      "The first line names no column for the name.",
      "The first line names no column for the kind.",
    ]);
    expect(messagesOf("number,name,kind,type")).toEqual(["Two columns give the kind."]);
    expect(messagesOf("number,name,kind")).toEqual(["There is only a header."]);
    expect(messagesOf()).toEqual(["The file is empty."]);
  });

  it("never throws, and takes each number once", () => {
    const word = fc.oneof(
      fc.constantFrom("number", "name", "kind", "currency", "account", "bank", "cash", "GBP"),
      fc.string(),
      fc.constantFrom("1200", "1210", "\0", "constructor", "__proto__"),
    );
    const rows = fc
      .array(fc.array(word, { maxLength: 6 }), { maxLength: 8 })
      .map((cells) => cells.map((each, index) => ({ line: index + 1, cells: each })));
    law(
      fc.property(fc.boolean(), rows, (withHeader, given) => {
        const header = { line: 0, cells: ["number", "name", "kind", "currency"] };
        const { entries, problems } = readLedgerRows(withHeader ? [header, ...given] : given);
        const numbers = entries.map(({ number }) => number);
        expect(new Set(numbers).size).toBe(numbers.length);
        // Each row is taken or told of.
        const told = new Set([...entries, ...problems].map(({ line }) => line));
        if (withHeader) for (const { line } of given) expect(told.has(line)).toBe(true);
      }),
      500,
    );
  });
});

describe("planning an import", () => {
  const entry = fc.record({
    number: fc.constantFrom("1", "2", "3", "4", "5"),
    name: fc.constantFrom("One", "Two"),
    kind: fc.constantFrom(...ledgerAccountKinds),
    currency: fc.constantFrom("GBP" as const, null, undefined),
    line: fc.integer({ min: 2, max: 9 }),
  });
  const entries = fc.uniqueArray(entry, { selector: ({ number }) => number });

  it("changes nothing the second time", () => {
    law(
      fc.property(entries, entries, (before, file) => {
        const chart = chartOf(before);
        const plan = planLedgerImport(file, chart);
        expect(plan.created.length + plan.updated.length + plan.unchanged).toBe(file.length);
        for (const values of [...plan.created, ...plan.updated]) {
          chart.set(values.number, { id: "id", archived: false, refuses: () => null, ...values });
        }
        const again = planLedgerImport(file, chart);
        expect([again.created, again.updated, again.unchanged]).toEqual([[], [], file.length]);
      }),
    );
  });

  it("keeps the currency where the file says nothing about it, and takes it away where it is blank", () => {
    const old = { number: "1", name: "One", kind: "cash", currency: "GBP", line: 2 } as const;
    const chart = chartOf([old]);
    expect(planLedgerImport([{ ...old, currency: undefined }], chart).unchanged).toBe(1);
    expect(planLedgerImport([{ ...old, currency: null }], chart).updated).toHaveLength(1);
  });

  it("refuses what is archived, and what its accounts do not allow", () => {
    const old = { number: "1", name: "One", kind: "cash", currency: null, line: 4 } as const;
    const [account] = chartOf([old]).values();
    if (!account) throw new TypeError("the chart has one account");
    const planWith = (changed: Partial<ChartAccount>) =>
      planLedgerImport([old], new Map([["1", { ...account, ...changed }]])).problems;
    expect(planWith({ archived: true })).toEqual([
      { line: 4, message: "1 is archived: restore it, or leave the line out." },
    ]);
    expect(planWith({ refuses: () => "No." })).toEqual([{ line: 4, message: "No." }]);
  });
});
