import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LocalDate, localDate } from "../../../server/src/core/dates.ts";
import { amountMinorMax } from "../../../server/src/core/money.ts";
import { describeCheck } from "../../../server/src/core/statements/describe-check.ts";
import {
  checkPasses,
  createProof,
  proveAgainst,
  type StatementTotals,
  statementPlace,
} from "../../../server/src/core/statements/proof.ts";
import type {
  BalanceCheck,
  StatementEvent,
} from "../../../server/src/core/statements/statement.ts";
import { law } from "../law.ts";

interface Told {
  account?: string | null;
  currency?: "EUR" | "USD";
  number?: string | null;
  opening: bigint | null;
  lines?: readonly (bigint | readonly [string, bigint])[];
  closing: bigint | null;
  on?: string | null;
}

function eventsOf(statements: readonly Told[]): StatementEvent[] {
  return statements.flatMap((told, index): StatementEvent[] => {
    const { account = "DE02120300000000202051", currency = "EUR", number = null } = told;
    const row = index * 10 + 1;
    const lines = (told.lines ?? []).map((line, at) => {
      const [day, amountMinor] = typeof line === "bigint" ? ["2026-01-05", line] : line;
      const texts = { description: "x", counterpartyName: null, reference: null, fileId: null };
      const bookedOn = localDate(day);
      return { kind: "line", line: { row: row + at, bookedOn, amountMinor, ...texts } } as const;
    });
    return [
      {
        kind: "statement",
        head: { row, account, accountName: null, currency, number, openingMinor: told.opening },
      },
      ...lines,
      {
        kind: "end",
        foot: {
          openingMinor: told.opening,
          closingMinor: told.closing,
          availableMinor: null,
          closingOn: told.on === undefined || told.on === null ? null : localDate(told.on),
          firstOn: null,
          lastOn: null,
          continued: false,
        },
      },
    ];
  });
}

function prove(events: readonly StatementEvent[]) {
  const checks: BalanceCheck[] = [];
  const totals: StatementTotals[] = [];
  const proof = createProof((check) => checks.push(check));
  for (const event of events) {
    const told = proof.observe(event);
    if (told) totals.push(told);
  }
  return { checks, totals };
}

const short = (checks: readonly BalanceCheck[]) =>
  checks.map(({ what, stated, computed }) => [what, stated, computed]);

describe("the proof of a file's balances", () => {
  it("adds the lines to the opening balance and tells by how much the closing differs", () => {
    const told = { number: "12", opening: 100_000n, lines: [30_000n, -9_000n], closing: 120_000n };
    const { checks } = prove(eventsOf([told]));
    expect(short(checks)).toEqual([["balance", 120_000n, 121_000n]]);
    expect(checks.map((check) => describeCheck(check))).toEqual([
      "Statement 12 of the account ending 2051: opening plus lines comes to 1,210.00 EUR, but the file states 1,200.00 EUR: 10.00 EUR less.",
    ]);
  });

  it("tells a balance that holds as well", () => {
    const { checks } = prove(eventsOf([{ opening: -500n, lines: [-700n], closing: -1_200n }]));
    expect(checks.map(checkPasses)).toEqual([true]);
    expect(describeCheck(checks[0] as BalanceCheck)).toBe(
      "Account ending 2051: opening plus lines comes to -12.00 EUR, as the file states.",
    );
  });

  it("says nothing where a balance is not stated", () => {
    const some = [
      { opening: null, lines: [5n], closing: null },
      { opening: 7n, lines: [5n], closing: null, on: "2026-01-05" },
    ];
    expect(prove(eventsOf(some)).checks).toEqual([]);
  });

  it("does not repeat a balance that the reader has checked itself", () => {
    const [head, ...rest] = eventsOf([{ opening: 0n, closing: 1n }]);
    const check: BalanceCheck = {
      what: "balance",
      row: 9,
      place: "account ending 2051",
      unit: "money",
      currency: "EUR",
      stated: 1n,
      computed: 0n,
    };
    const events = [head as StatementEvent, { kind: "check", check } as const, ...rest];
    expect(prove(events).checks).toEqual([]);
  });

  it("answers what the lines come to at each end", () => {
    const lines = [["2026-01-09", 500n] as const, ["2026-01-03", -200n] as const, 40n];
    const { totals } = prove(eventsOf([{ opening: 0n, lines, closing: 340n }, noLines]));
    expect(totals).toEqual([
      {
        lines: 3,
        creditsMinor: 540n,
        debitsMinor: 200n,
        firstOn: "2026-01-03",
        lastOn: "2026-01-09",
      },
      { lines: 0, creditsMinor: 0n, debitsMinor: 0n, firstOn: null, lastOn: null },
    ]);
  });

  it("holds sums to what the database stores, and proves with the true ones", () => {
    const lines = [amountMinorMax, amountMinorMax, -amountMinorMax];
    const { checks, totals } = prove(eventsOf([{ opening: 0n, lines, closing: amountMinorMax }]));
    expect(totals[0]?.creditsMinor).toBe(amountMinorMax);
    expect(checks.map(checkPasses)).toEqual([true]);
  });

  const noLines = { opening: 0n, closing: 0n };

  it("continues an account's statements from each other, through those of other accounts", () => {
    const other = { account: "DE99", opening: 1n, closing: 1n };
    const { checks } = prove(
      eventsOf([
        { opening: 0n, lines: [10n], closing: 10n, on: "2026-01-01" },
        other,
        { currency: "USD", opening: 7n, closing: 7n },
        { opening: 10n, lines: [5n], closing: 15n, on: "2026-01-02" },
        { opening: 14n, lines: [1n], closing: 15n, on: "2026-01-03", number: "3" },
      ]),
    );
    expect(short(checks.filter(({ what }) => what === "continuity"))).toEqual([
      ["continuity", 10n, 10n],
      ["continuity", 14n, 15n],
    ]);
    const failed = checks.find((check) => !checkPasses(check)) as BalanceCheck;
    expect(failed.row).toBe(41);
    expect(describeCheck(failed)).toBe(
      "Statement 3 of the account ending 2051: the statement before it closed with 0.15 EUR, but it opens with 0.14 EUR: 0.01 EUR less.",
    );
  });

  it("takes a file that is printed newest first in its own direction, with days and without", () => {
    for (const days of [
      ["2026-01-03", "2026-01-02"],
      [null, null],
      ["2026-01-03", "2026-01-03"],
    ]) {
      const { checks } = prove(
        eventsOf([
          { opening: 10n, lines: [5n], closing: 15n, on: days[0] as string },
          { opening: 0n, lines: [10n], closing: 10n, on: days[1] as string },
        ]),
      );
      expect(checks.map(checkPasses)).toEqual([true, true, true]);
    }
  });

  it("lets the days decide where both directions are known and only the wrong one fits", () => {
    const { checks } = prove(
      eventsOf([
        { opening: 10n, closing: 15n, lines: [5n], on: "2026-01-01" },
        { opening: 0n, closing: 10n, lines: [10n], on: "2026-01-02" },
      ]),
    );
    expect(short(checks).at(-1)).toEqual(["continuity", 0n, 15n]);
  });

  it("proves nothing through a statement without balances, nor for accounts without a name", () => {
    const through = [
      { opening: 0n, closing: 0n },
      { opening: null, closing: null },
      { opening: 9n, closing: 9n },
    ];
    const nameless = [
      { account: null, opening: 0n, closing: 0n },
      { account: null, opening: 9n, closing: 9n },
    ];
    const whats = [...prove(eventsOf(through)).checks, ...prove(eventsOf(nameless)).checks];
    expect(whats.filter(({ what }) => what === "continuity")).toEqual([]);
  });

  it("passes for every true account history, either way round, and for none with one amount changed", () => {
    const history = fc.array(fc.array(fc.bigInt(-(10n ** 9n), 10n ** 9n).filter(Boolean)), {
      minLength: 1,
      maxLength: 6,
    });
    law(
      fc.property(history, fc.boolean(), fc.nat(), (days, newestFirst, pick) => {
        let balance = 12_345n;
        const statements = days.map((lines, day) => {
          const opening = balance;
          for (const line of lines) balance += line;
          return { opening, lines, closing: balance, on: `2026-01-${10 + day}` };
        });
        if (newestFirst) statements.reverse();
        const { checks } = prove(eventsOf(statements));
        expect(checks).toHaveLength(days.length * 2 - 1);
        expect(checks.every(checkPasses)).toBe(true);
        const spoilt = statements.map((told, at) =>
          at === pick % statements.length ? { ...told, lines: [...told.lines, 1n] } : told,
        );
        expect(prove(eventsOf(spoilt)).checks.filter((check) => !checkPasses(check))).toHaveLength(
          1,
        );
      }),
    );
  });
});

describe("the proof against the statement imported before", () => {
  const day = (text: string | null): LocalDate | null => (text === null ? null : localDate(text));
  const against = (opening: bigint | null, firstOn: string | null, closingOn = "2026-02-28") =>
    proveAgainst(
      { closingMinor: 1_500n, closingOn: localDate("2026-01-31"), currency: "EUR" },
      {
        row: 7,
        place: "statement 2",
        currency: "EUR",
        openingMinor: opening,
        firstOn: day(firstOn),
        closingOn: day(closingOn),
      },
    );

  it("compares its opening with that one's closing", () => {
    expect(against(1_500n, "2026-02-01")).toMatchObject({ stated: 1_500n, computed: 1_500n });
    const failed = against(1_400n, null) as BalanceCheck;
    expect(describeCheck(failed)).toBe(
      "Statement 2, after 2026-01-31: the statement before it closed with 15.00 EUR, but it opens with 14.00 EUR: 1.00 EUR less.",
    );
  });

  it("says nothing of a statement that is not after it", () => {
    expect(against(1_400n, "2026-01-15")).toBeNull();
    expect(against(1_400n, "2026-01-31")).toBeNull();
    expect(against(1_500n, "2026-01-31")).not.toBeNull();
    expect(against(null, "2026-02-01")).toBeNull();
    expect(against(1_400n, null, "2025-12-31")).toBeNull();
  });
});

describe("a check in words", () => {
  it("counts, names minor units where no currency is known, and takes the account's", () => {
    const count: BalanceCheck = {
      what: "record_count",
      row: 9,
      place: "group 2",
      unit: "count",
      currency: null,
      stated: 1_012n,
      computed: 1_010n,
    };
    expect(describeCheck(count)).toBe(
      "Group 2: the records counted are 1,010, but the file states 1,012: 2 more.",
    );
    const total: BalanceCheck = { ...count, what: "control_total", unit: "money" };
    expect(describeCheck(total)).toContain("1,010 minor units");
    expect(describeCheck(total, "JPY")).toContain("1,010 JPY");
  });

  it("never shows a whole account number", () => {
    const account = "GB29NWBK60161331926819";
    expect(statementPlace({ account, number: `2026-${account}` })).toBe(
      "statement 2026-••6819 of the account ending 6819",
    );
  });
});
