import { unreachable } from "../../assert.ts";
import type { LocalDate } from "../../dates.ts";
import type { Bai2Account, Bai2Detail, Bai2File, Bai2Funds, Bai2Group, Bai2Style } from "./file.ts";
import { PrintedRecords } from "./printed-records.ts";

export const plainStyle: Bai2Style = {
  lineBreak: "\n",
  recordLength: null,
  padded: false,
  wrapAt: null,
  slashAfterText: false,
};

/**
 * Prints a BAI2 file with its control totals and counts.
 *
 * @throws TypeError for what the format cannot carry: a comma or slash outside of a text, a line break in one, a field
 *   longer than a physical record, and, without line breaks or lengths, a text that looks like the start of a record
 */
export function printBai2(file: Bai2File, style: Bai2Style = plainStyle): string {
  const records = new PrintedRecords(style);
  const { sender, receiver, createdOn, createdAt, fileId } = file;
  const length = style.recordLength === null ? "" : String(style.recordLength);
  records.add("01", [sender, receiver, yymmdd(createdOn), createdAt, fileId, length, "", "2"]);
  let total = 0n;
  for (const group of file.groups) total += printGroup(records, group);
  const { groups } = file;
  records.add("99", [String(total), String(groups.length), String(records.count + 1)]);
  return records.text();
}

function printGroup(records: PrintedRecords, group: Bai2Group): bigint {
  const before = records.count;
  const { ultimateReceiver, originator, status, asOf, asOfTime, currency, modifier } = group;
  records.add("02", [
    ultimateReceiver ?? "",
    originator,
    String(status),
    yymmdd(asOf),
    asOfTime ?? "",
    currency ?? "",
    String(modifier ?? ""),
  ]);
  let total = 0n;
  for (const account of group.accounts) total += printAccount(records, account);
  const accounts = String(group.accounts.length);
  records.add("98", [String(total), accounts, String(records.count + 1 - before)]);
  return total;
}

function printAccount(records: PrintedRecords, account: Bai2Account): bigint {
  const before = records.count;
  const { figures, details } = account;
  const fields = figures.flatMap(({ type, amount, itemCount, funds }) => [
    type,
    String(amount),
    String(itemCount ?? ""),
    ...fundsOf(funds),
  ]);
  // An account without figures is printed with four empty fields for one.
  const figureFields = figures.length === 0 ? ["", "", "", ""] : fields;
  records.add("03", [account.account, account.currency ?? "", ...figureFields]);
  for (const detail of details) printDetail(records, detail);
  const total = [...figures, ...details].reduce((sum, { amount }) => sum + amount, 0n);
  records.add("49", [String(total), String(records.count + 1 - before)]);
  return total;
}

function printDetail(records: PrintedRecords, detail: Bai2Detail): void {
  const { type, amount, funds, bankReference, customerReference, text } = detail;
  if (amount < 0n) throw new TypeError("a transaction's type tells its direction, not a sign");
  const fields = [type, String(amount), ...fundsOf(funds), bankReference, customerReference];
  records.addWithText("16", fields, text);
}

function fundsOf(funds: Bai2Funds): string[] {
  switch (funds.type) {
    case "S":
      return ["S", ...funds.amounts.map(String)];
    case "V":
      return ["V", funds.day, funds.time];
    case "D": {
      const parts = funds.parts.flatMap(({ days, amount }) => [String(days), String(amount)]);
      return ["D", String(funds.parts.length), ...parts];
    }
    case "":
    case "0":
    case "1":
    case "2":
    case "Z":
      return [funds.type];
    default:
      return unreachable(funds);
  }
}

function yymmdd(day: LocalDate): string {
  return day.slice(2).replaceAll("-", "");
}
