import { type CurrencyCode, parseCurrencyCode } from "../../currencies.ts";
import { normaliseText } from "../../text.ts";
import { readAmount } from "./amount.ts";
import type { DecimalSign } from "./layout.ts";

/** What the rows around a table state about the account and its balances; null where they do not say it plainly. */
export interface StatementFacts {
  readonly iban: string | null;
  readonly currency: CurrencyCode | null;
  readonly openingMinor: bigint | null;
  readonly closingMinor: bigint | null;
}

/** Collects what preamble and summary rows state. What two rows state differently is not plain, and null. */
export function collectFacts(decimalSign: DecimalSign | null): {
  row(cells: readonly string[]): void;
  /** Balances are read in the currency given. */
  facts(currency: CurrencyCode): StatementFacts;
} {
  const ibans = new Set<string>();
  const currencies = new Set<CurrencyCode>();
  const openings = new Set<string>();
  const closings = new Set<string>();

  function collectCurrency(cells: readonly string[]): void {
    const at = cells.findIndex((cell) => currencyLabel.test(normaliseText(cell)));
    if (at < 0) return;
    const beside = cells.slice(at + 1).find((cell) => cell.trim() !== "");
    const stated = parseCurrencyCode(beside ?? (cells[at] ?? "").split(":").at(-1) ?? "");
    if (stated !== null) currencies.add(stated);
  }

  function collectBalance(cells: readonly string[]): void {
    const label = normaliseText(cells.slice(0, 3).join(" "));
    const into = openingWords.test(label) ? openings : closingWords.test(label) ? closings : null;
    const amounts = cells.slice(1).filter((cell) => /\d[.,]\d{2}(?!\d)|^\s*-?\d+\s*$/.test(cell));
    const texts = amounts.length === 0 ? [afterColon(cells[0] ?? "")] : amounts;
    // A date beside it is no amount; two amounts are one too many.
    const read = texts.filter((text) => typeof readAmount(text, decimalSign, "CLF") === "bigint");
    if (into !== null && read.length === 1 && read[0] !== undefined && into.size < factsMax) {
      into.add(read[0]);
    }
  }

  return {
    row(cells) {
      for (const cell of cells.slice(0, cellsMax)) {
        for (const found of cell.slice(0, 200).toUpperCase().matchAll(ibanShape)) {
          const iban = found[0].replaceAll(" ", "");
          if (isIban(iban) && ibans.size < factsMax) ibans.add(iban);
        }
      }
      collectCurrency(cells.slice(0, cellsMax));
      collectBalance(cells.slice(0, cellsMax));
    },
    facts(currency) {
      const minor = (texts: ReadonlySet<string>) => {
        const amount = readAmount(only(texts) ?? "", decimalSign, currency);
        return typeof amount === "bigint" ? amount : null;
      };
      return {
        iban: only(ibans),
        currency: only(currencies),
        openingMinor: minor(openings),
        closingMinor: minor(closings),
      };
    },
  };
}

const cellsMax = 20;
const factsMax = 8;

function only<Value>(values: ReadonlySet<Value>): Value | null {
  const [first] = values;
  return values.size === 1 && first !== undefined ? first : null;
}

function afterColon(text: string): string {
  return text.includes(":") ? (text.split(":").at(-1) ?? "") : "";
}

const currencyLabel =
  /^(?:currency|account currency|wahrung|kontowahrung|devise|valuta|munt|moneda|divisa)\b/;
const openingWords =
  /\b(?:opening balance|beginning balance|starting balance|start balance|balance brought forward|previous balance|anfangssaldo|anfangsbestand|alter kontostand|startsaldo|beginsaldo|solde initial|solde precedent|ancien solde|saldo inicial|saldo anterior|saldo iniziale)\b/;
const closingWords =
  /\b(?:closing balance|ending balance|end balance|final balance|balance carried forward|endsaldo|endbestand|neuer kontostand|eindsaldo|solde final|nouveau solde|saldo final|saldo finale)\b/;
/** The first words of rows around a table that are no lines: balances, totals, the end, who made the file and when. */
const summaryWords =
  /^(?:(?:sub ?)?totals?|sum|summe|gesamt|summary|zwischensumme|somme|totaal|totale|suma|saldo|balance|kontostand|solde|end of|ende|fin de|fine|einde|page|seite|generated|created|printed|exported|erstellt|number of|anzahl|records?|report|note|hinweis|disclaimer|no more|no further)\b/;

/** Whether a row without a date is plainly none that should have been a line. */
export function isSummary(cells: readonly string[]): boolean {
  const first = cells.find((cell) => cell.trim() !== "");
  if (first === undefined) return true;
  const label = normaliseText(first);
  return summaryWords.test(label) || isBalanceRow(cells) || /^[-=*_#\s]+$/.test(first);
}

/** Whether a row states the balance before the first line or after the last, and is no line itself, though dated. */
export function isBalanceRow(cells: readonly string[]): boolean {
  return cells.some((cell) => {
    if (cell.length < 8 || cell.length > 100 || /^[\d\s.,+-]/.test(cell)) return false;
    const label = normaliseText(cell);
    return openingWords.test(label) || closingWords.test(label);
  });
}

const ibanShape = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g;

/** ISO 13616: the letters as numbers, the first four characters last, modulo 97 is 1. */
function isIban(text: string): boolean {
  let remainder = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1 && text.length <= 34;
}
