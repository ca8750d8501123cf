import { accountNumber, plain, type Statement, wording } from "./statement.ts";

/** One file, one group for the last day, a 03 record for each account (BAI, Cash Management Balance Reporting, version 2). */
export function asBai2(statements: readonly Statement[]): string {
  const day = statements[0]?.to ?? "1970-01-01";
  const date = day.slice(2).replaceAll("-", "");
  const accounts = statements.map(accountRecords);
  const groupRecords = accounts.reduce((count, { records }) => count + records.length, 0) + 2;
  const total = accounts.reduce((sum, { control }) => sum + control, 0n);
  const currency = statements[0]?.account.currency ?? "USD";
  const lines = [
    `01,SANDBOXBANK,TIEOUT,${date},0600,1,,,2/`,
    `02,TIEOUT,SANDBOXBANK,1,${date},2400,${currency},2/`,
    ...accounts.flatMap(({ records }) => records),
    `98,${total},${statements.length},${groupRecords}/`,
    `99,${total},1,${groupRecords + 2}/`,
  ];
  return `${lines.join("\n")}\n`;
}

function accountRecords({ account, openingMinor, closingMinor, rows }: Statement) {
  const details = rows.flatMap((row) => {
    const size = row.amountMinor < 0n ? -row.amountMinor : row.amountMinor;
    const code = row.amountMinor > 0n ? "165" : "475";
    const reference = plain(row.reference ?? "")
      .replaceAll(",", " ")
      .replaceAll("/", " ");
    return [`16,${code},${size},Z,SB${row.index},${reference},${plain(wording(row))}`];
  });
  const sum = rows.reduce(
    (total, { amountMinor }) => total + (amountMinor < 0n ? -amountMinor : amountMinor),
    0n,
  );
  const control = openingMinor + closingMinor + sum;
  const head = `03,${accountNumber(account)},${account.currency},010,${openingMinor},,,015,${closingMinor},,/`;
  return { control, records: [head, ...details, `49,${control},${details.length + 2}/`] };
}
