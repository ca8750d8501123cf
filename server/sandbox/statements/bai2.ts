import { accountNumber, plain, type Statement, wording } from "./statement.ts";

/**
 * A group for each day on which anything was booked, and in it a 03 record for each account with that day's balances and
 * rows (BAI, Cash Management Balance Reporting, version 2).
 */
export function asBai2(statements: readonly Statement[]): string {
  const days = [
    ...new Set(statements.flatMap(({ rows, to }) => [...rows.map((row) => row.bookedOn), to])),
  ];
  const balances = statements.map(({ openingMinor }) => openingMinor);
  const groups = days.sort().map((day) => group(day, statements, balances));
  const records = groups.reduce((count, { lines }) => count + lines.length, 0) + 2;
  const total = groups.reduce((sum, { control }) => sum + control, 0n);
  const lines = [
    `01,SANDBOXBANK,TIEOUT,${short(days.at(-1) ?? "")},0600,1,,,2/`,
    ...groups.flatMap((each) => each.lines),
    `99,${total},${groups.length},${records}/`,
  ];
  return `${lines.join("\n")}\n`;
}

function group(day: string, statements: readonly Statement[], balances: bigint[]) {
  const accounts = statements.map((statement, place) => {
    const openingMinor = balances[place] ?? 0n;
    const rows = statement.rows.filter(({ bookedOn }) => bookedOn === day);
    const closingMinor = rows.reduce((sum, { amountMinor }) => sum + amountMinor, openingMinor);
    balances[place] = closingMinor;
    return accountRecords({ ...statement, openingMinor, closingMinor, rows });
  });
  const control = accounts.reduce((sum, account) => sum + account.control, 0n);
  const records = accounts.reduce((count, account) => count + account.records.length, 0) + 2;
  const currency = statements[0]?.account.currency ?? "USD";
  const lines = [
    `02,TIEOUT,SANDBOXBANK,1,${short(day)},2400,${currency},2/`,
    ...accounts.flatMap((account) => account.records),
    `98,${control},${accounts.length},${records}/`,
  ];
  return { control, lines };
}

function accountRecords({ account, openingMinor, closingMinor, rows }: Statement) {
  const details = rows.map((row) => {
    const code = row.amountMinor > 0n ? "165" : "475";
    const reference = plain(row.reference ?? "")
      .replaceAll(",", " ")
      .replaceAll("/", " ");
    return `16,${code},${size(row.amountMinor)},Z,SB${row.index},${reference},${plain(wording(row))}`;
  });
  const sum = rows.reduce((total, { amountMinor }) => total + size(amountMinor), 0n);
  const control = openingMinor + closingMinor + sum;
  const head = `03,${accountNumber(account)},${account.currency},010,${openingMinor},,,015,${closingMinor},,/`;
  return { control, records: [head, ...details, `49,${control},${details.length + 2}/`] };
}

function size(amountMinor: bigint): bigint {
  return amountMinor < 0n ? -amountMinor : amountMinor;
}

function short(day: string): string {
  return day.slice(2).replaceAll("-", "");
}
