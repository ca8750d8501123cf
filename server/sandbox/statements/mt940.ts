import { toDecimal } from "../world/money.ts";
import { accountNumber, plain, type Statement, wording } from "./statement.ts";

/** SWIFT MT940, a message for each account. */
export function asMt940(statements: readonly Statement[]): string {
  return statements.map(message).join("");
}

function message({ account, from, to, openingMinor, closingMinor, rows }: Statement): string {
  const { currency } = account;
  const lines = rows.flatMap((row) => {
    const date = short(row.bookedOn);
    const reference = plain(row.reference ?? "").slice(0, 16) || "NONREF";
    const mark = row.amountMinor < 0n ? "D" : "C";
    const head = `:61:${date}${date.slice(2)}${mark}${comma(row.amountMinor, currency)}NTRF${reference}//SB${row.index}`;
    const name = plain(row.counterpartyName ?? "");
    const words = `${name === "" ? "" : `/NAME/${name}`}/REMI/${plain(wording(row))}/EREF/${reference}`;
    return [head, ...folded(`:86:${words}`)];
  });
  return [
    `:20:SB${short(to)}${account.mask}`,
    `:25:${accountNumber(account)}`,
    `:28C:${from.slice(5).replace("-", "")}/1`,
    `:60F:${balance(openingMinor, currency, from)}`,
    ...lines,
    `:62F:${balance(closingMinor, currency, to)}`,
    "-",
    "",
  ].join("\r\n");
}

function balance(minor: bigint, currency: string, day: string): string {
  return `${minor < 0n ? "D" : "C"}${short(day)}${currency}${comma(minor, currency)}`;
}

function comma(minor: bigint, currency: string): string {
  const decimal = toDecimal(minor < 0n ? -minor : minor, currency);
  return decimal.includes(".") ? decimal.replace(".", ",") : `${decimal},`;
}

function short(day: string): string {
  return day.slice(2).replaceAll("-", "");
}

function folded(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length && lines.length < 6; at += 65)
    lines.push(text.slice(at, at + 65));
  return lines;
}
