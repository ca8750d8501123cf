import { type CurrencyCode, isCurrencyCode } from "../../core/currencies.ts";
import type { LocalDate } from "../../core/dates.ts";
import {
  type CsvExportExtra,
  csvExportHeader,
  csvExportRow,
} from "../../core/statements/csv/print.ts";
import {
  type OfxExport,
  ofxExportEnd,
  ofxExportLine,
  ofxExportStart,
} from "../../core/statements/ofx/print.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import type { ExportPage } from "./export-transactions.ts";
import type { TransactionFilter } from "./transaction-filter.ts";

export interface CsvPrinting {
  /** Whether pending lines are among them, which then are marked. */
  readonly pending: boolean;
  /** Whether they are of one account, whose name then needs no column. */
  readonly one: boolean;
}

/** Pages of lines as CSV, a text for each page. */
export async function* printCsv(
  pages: AsyncIterable<ExportPage>,
  { pending, one }: CsvPrinting,
): AsyncGenerator<string> {
  const extras: CsvExportExtra[] = [
    ...(one ? [] : (["account"] as const)),
    "status",
    ...(pending ? (["pending"] as const) : []),
  ];
  yield csvExportHeader(extras);
  for await (const { lines, accounts } of pages) {
    yield lines
      .map((line) =>
        csvExportRow({ ...line, account: accounts.get(line.accountId)?.name ?? "" }, extras),
      )
      .join("");
  }
}

export interface OfxPrinting {
  readonly account: FinancialAccount;
  readonly filter: TransactionFilter;
  readonly now: Date;
}

/** Pages of one account's lines as OFX, a text for each page. */
export async function* printOfx(
  pages: AsyncIterable<ExportPage>,
  { account, filter, now }: OfxPrinting,
): AsyncGenerator<string> {
  const today = dayOf(now);
  const currency = currencyOf(account);
  let started = false;
  const start = (firstOn: LocalDate) =>
    ofxExportStart({
      account: nameOf(account),
      kind: account.kind === "savings" ? "SAVINGS" : "CHECKING",
      currency,
      firstOn,
      lastOn: filter.to ?? (firstOn > today ? firstOn : today),
      now,
    } satisfies OfxExport);
  for await (const { lines } of pages) {
    if (!started) yield start(filter.from ?? lines[0]?.bookedOn ?? today);
    started = true;
    yield lines.map(ofxExportLine).join("");
  }
  if (!started) yield start(filter.from ?? filter.to ?? today);
  const isNow = filter.to == null && account.balanceAsOf !== null;
  yield ofxExportEnd({
    currency,
    closingMinor: isNow ? account.balanceCurrentMinor : null,
    closingOn: isNow && account.balanceAsOf ? dayOf(account.balanceAsOf) : (filter.to ?? today),
  });
}

/** Its number is not kept. The last digits for people, and what makes it unique, within the 22 characters of OFX 1.x. */
function nameOf({ mask, id }: FinancialAccount): string {
  return [...(mask === null ? [] : [mask]), id.replaceAll("-", "").slice(-12)].join("-");
}

function currencyOf({ currency }: FinancialAccount): CurrencyCode {
  if (isCurrencyCode(currency)) return currency;
  throw new TypeError(`The account's currency ${currency} is none.`);
}

function dayOf(moment: Date): LocalDate {
  return moment.toISOString().slice(0, 10) as LocalDate;
}
