import type { BankRow } from "../world/row.ts";
import type { World, WorldAccount } from "../world/world.ts";

/** One account over some days as its bank prints it: booked rows only, in the order of their days. */
export interface Statement {
  readonly account: WorldAccount;
  /** First and last day, both included. */
  readonly from: string;
  readonly to: string;
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  readonly rows: readonly BankRow[];
}

export function statementOf(world: World, path: string, from: string, to: string): Statement {
  const account = world.account(path);
  const rows: BankRow[] = [];
  let openingMinor = account.openingMinor;
  for (const [start, end] of world.rows.spansOf(path)) {
    for (let index = start; index < end; index += 1) {
      const row = world.rows.get(index);
      if (row.removed || row.pending || row.bookedOn > to) continue;
      if (row.bookedOn < from) openingMinor += row.amountMinor;
      else rows.push(row);
    }
  }
  rows.sort((a, b) =>
    a.bookedOn === b.bookedOn ? a.index - b.index : a.bookedOn < b.bookedOn ? -1 : 1,
  );
  const closingMinor = rows.reduce((sum, row) => sum + row.amountMinor, openingMinor);
  return { account, from, to, openingMinor, closingMinor, rows };
}

/** The number under which the bank prints an account: its IBAN, or a made-up one that ends as its mask. */
export function accountNumber({ iban, mask, path }: WorldAccount): string {
  if (iban !== null) return iban.replaceAll(" ", "");
  let sum = 7;
  for (const character of path) sum = (sum * 31 + character.charCodeAt(0)) % 999_983;
  return `${String(sum).padStart(6, "0")}${mask}`;
}

/** How a statement words a row: in capitals and with the bank's own phrase, not as an aggregator tidies it. */
export function wording(row: BankRow): string {
  const who = row.counterpartyName ?? "";
  const phrase = row.amountMinor > 0n ? "CREDIT" : row.channel === "card" ? "CARD" : "TRANSFER";
  const text = row.description.toLowerCase().includes(who.toLowerCase())
    ? row.description
    : `${row.description} ${who}`;
  return `${phrase} ${text}`.toUpperCase().trim();
}

/** Without accents and signs: the character sets of the older formats. */
export function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9/\-?:().,'+ ]/g, " ")
    .replace(/ +/g, " ")
    .trim();
}
