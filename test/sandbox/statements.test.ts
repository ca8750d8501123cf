/**
 * The simulated banks print statement files with writers of their own; the product's readers must find in each the rows
 * that the bank has, and nothing that does not agree. Neither side knows the other, so that both prove each other.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StatementFormat as Printed } from "../../server/sandbox/statements/print.ts";
import { addDays, localDate } from "../../server/src/core/dates.ts";
import { createCsvSurvey } from "../../server/src/core/statements/csv/survey.ts";
import { createDecoder } from "../../server/src/core/statements/decode.ts";
import { createInspection } from "../../server/src/core/statements/inspect.ts";
import { checkPasses, createProof } from "../../server/src/core/statements/proof.ts";
import type {
  BalanceCheck,
  StatementEvent,
  StatementFormat,
  StatementLine,
} from "../../server/src/core/statements/statement.ts";
import { openReader } from "../../server/src/features/statements/reading/open-reader.ts";
import { startTestBank, type TestBank } from "../support/bank.ts";

let bank: TestBank;
beforeAll(async () => {
  bank = await startTestBank();
  const { today } = await bank.state<{ today: string }>("state");
  days = { from: addDays(localDate(today), -60), to: today };
});
afterAll(() => bank.close());

const formats: readonly [Printed, StatementFormat][] = [
  ["csv", "csv"],
  ["german-csv", "csv"],
  ["bai2", "bai2"],
  ["camt053", "camt053"],
  ["mt940", "mt940"],
  ["ofx", "ofx"],
];

interface BankAccount {
  readonly account: string;
  readonly currency: "GBP" | "EUR" | "USD";
}

describe.each(formats)("a statement that the bank prints as %s", (printed, format) => {
  test("is recognised, read to the last line and proved", async () => {
    const accounts = await bank.state<BankAccount[]>("accounts");
    for (const { account, currency } of accounts.filter((_, place) => place % 3 === 0)) {
      const expected = (await rowsOf(account)).map((row) => `${row.date} ${row.amount}`).sort();
      expect(expected.length, account).toBeGreaterThan(0);
      const read = await readFile(printed, account, currency);
      expect(read.format).toBe(format);
      expect(read.problems).toEqual([]);
      expect(read.checks.filter((check) => !checkPasses(check))).toEqual([]);
      expect(
        read.lines.map((line) => `${line.bookedOn} ${decimal(line.amountMinor)}`).sort(),
      ).toEqual(expected);
    }
  });
});

test("a BAI2 file holds several accounts, each a statement of its own", async () => {
  const accounts = (await bank.state<BankAccount[]>("accounts")).filter(
    ({ currency }) => currency === "GBP",
  );
  const three = accounts.slice(0, 3).map(({ account }) => account);
  const read = await readFile("bai2", three.join(","), "GBP");
  expect(read.accounts).toBe(3);
  expect(read.problems).toEqual([]);
  expect(read.checks.filter((check) => !checkPasses(check))).toEqual([]);
});

interface Row {
  readonly date: string;
  readonly amount: string;
  readonly pending: boolean;
}

/** The last two months: more rows than the control API lists at once are not needed. */
let days: { from: string; to: string };

async function rowsOf(account: string): Promise<Row[]> {
  const rows = await bank.state<Row[]>(`transactions?account=${account}&limit=1000`);
  expect(rows.at(-1)?.date ?? "", "all of them are listed").toSatisfy(
    (oldest: string) => rows.length < 1_000 || oldest < days.from,
  );
  return rows.filter(({ pending, date }) => !pending && date >= days.from && date <= days.to);
}

async function readFile(printed: Printed, account: string, currency: BankAccount["currency"]) {
  const query = new URLSearchParams({ account, format: printed, ...days });
  const response = await fetch(`${bank.url}/control/statement?${query}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const inspection = createInspection();
  inspection.write(bytes);
  const found = inspection.end();
  if (found.kind === "refused") throw new Error(found.message);
  const decoder = createDecoder(found.encoding);
  const text = decoder.write(bytes) + decoder.end();
  const survey = createCsvSurvey();
  if (found.format === "csv") survey.write(text);
  const layout = found.format === "csv" ? survey.end().layout : null;
  const events: StatementEvent[] = [];
  const checks: BalanceCheck[] = [];
  const proof = createProof((check) => checks.push(check));
  const reader = openReader(found.format, { layout, currency }, (event) => {
    proof.observe(event);
    events.push(event);
    if (event.kind === "check") checks.push(event.check);
  });
  reader.write(text);
  reader.end();
  const lines: StatementLine[] = events.flatMap((event) =>
    event.kind === "line" ? [event.line] : [],
  );
  const problems = events.flatMap((event) => (event.kind === "problem" ? [event.problem] : []));
  const accounts = new Set(
    events.flatMap((event) => (event.kind === "statement" ? [event.head.account] : [])),
  ).size;
  return { format: found.format, lines, checks, problems, accounts };
}

function decimal(amountMinor: bigint): string {
  const digits = String(amountMinor < 0n ? -amountMinor : amountMinor).padStart(3, "0");
  return `${amountMinor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
