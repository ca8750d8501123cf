import { type CurrencyCode, currencyExponent, parseCurrencyCode } from "../../currencies.ts";
import { accountFigures } from "./account-fields.ts";
import { minorOf, type PrintedMoney, parsePrinted } from "./fields.ts";
import type { RecordProblem } from "./read-detail.ts";
import { mayCarrySign } from "./type-codes.ts";

/** Digits after the point that a bank leaves out, where they are not those of ISO 4217. */
export type PrintedDecimals = Readonly<Partial<Record<CurrencyCode, number>>>;

/** What an account's record (03) says. */
export interface AccountRecord {
  /** As the file prints it; "" where it names none. */
  readonly number: string;
  readonly money: PrintedMoney | null;
  readonly openingMinor: bigint | null;
  readonly closingMinor: bigint | null;
  readonly availableMinor: bigint | null;
  /** The sum of its figures as printed. */
  readonly total: bigint;
  readonly problems: readonly RecordProblem[];
}

/**
 * @param fields account, currency, then the figures
 * @param rowEnds which of the fields end a physical record
 * @param groupCurrency what the group prints; "" is US dollars
 */
export function readAccount(
  fields: readonly string[],
  rowEnds: ReadonlySet<number>,
  groupCurrency: string,
  decimals: PrintedDecimals,
): AccountRecord {
  const problems: RecordProblem[] = [];
  const [number = "", ownCurrency = "", ...rest] = fields;
  if (number === "") {
    const message = "This record names no account.";
    problems.push({ code: "missing_field", text: "", message, loss: "none" });
  }
  const money = printedMoney(ownCurrency || groupCurrency || "USD", decimals, problems);
  const { figures, unreadable } = accountFigures(rest, new Set([...rowEnds].map(toFigures)));
  const balances = new Map<string, bigint>();
  let total = 0n;
  for (const { type, amount } of figures) {
    if (amount === "") continue;
    const printed = parsePrinted(amount);
    if (printed === null) {
      const message = "An amount is a whole number without a point.";
      problems.push({ code: "bad_amount", text: amount, message, loss: "none" });
      continue;
    }
    total += printed;
    if (!/^\d{3}$/.test(type)) {
      const message = "A type is a number of three digits.";
      problems.push({ code: "unknown_code", text: type, message, loss: "none" });
    } else if (printed < 0n && !mayCarrySign(type)) {
      const message = "Only balances, types 001 to 099, are printed with a sign.";
      problems.push({ code: "bad_amount", text: `${type},${amount}`, message, loss: "none" });
    } else if ((balances.get(type) ?? printed) !== printed) {
      const message = "This balance is stated twice, with two amounts: the first was taken.";
      problems.push({ code: "bad_balance", text: `${type},${amount}`, message, loss: "none" });
    } else balances.set(type, printed);
  }
  if (unreadable !== null) {
    const message = "The funds type is unknown: what follows it in this record was not read.";
    problems.push({ code: "bad_field", text: unreadable, message, loss: "none" });
  }
  const minor = (...types: string[]) => {
    const printed = types.map((type) => balances.get(type)).find((found) => found !== undefined);
    return printed === undefined || money === null ? null : minorOf(printed, money);
  };
  return {
    number,
    money,
    openingMinor: minor("010"),
    closingMinor: minor("015"),
    availableMinor: minor("045", "060", "040"),
    total,
    problems,
  };
}

/** The place of a field among the figures, which come after account and currency. */
function toFigures(place: number): number {
  return place - 2;
}

function printedMoney(
  text: string,
  decimals: PrintedDecimals,
  problems: RecordProblem[],
): PrintedMoney | null {
  const currency = parseCurrencyCode(text);
  if (currency !== null) {
    return { currency, decimals: decimals[currency] ?? currencyExponent(currency) };
  }
  const message = "ISO 4217 has no such currency: the account's amounts cannot be read.";
  problems.push({ code: "unknown_currency", text, message, loss: "none" });
  return null;
}
