import { type PreparedTransaction, remittanceOf } from "./prepare.ts";

/**
 * The months that a transaction's texts name, as "2026-03": a month's name with the year, or alone for its last one before
 * the booking; "03/2026".
 */
export function namedMonths(prepared: PreparedTransaction): readonly string[] {
  const { transaction, texts } = prepared;
  const text = remittanceOf(transaction);
  const found = new Set<string>();
  for (const [, month = "", year = ""] of text.matchAll(
    /(?<![0-9./-])(0?[1-9]|1[0-2])[/.](20[0-9]{2})(?![0-9])/g,
  )) {
    found.add(`${year}-${month.padStart(2, "0")}`);
  }
  const words = texts.words(text);
  for (const [at, word] of words.entries()) {
    const month = monthOf(word);
    if (month === null) continue;
    const next = words[at + 1] ?? "";
    const year = /^20[0-9]{2}$/.test(next) ? next : /^2[0-9]$/.test(next) ? `20${next}` : null;
    found.add(year === null ? lastBefore(transaction.bookedOn, month) : `${year}-${month}`);
  }
  return [...found];
}

/** "03" for "march", "mar" or "maerz"; null for what is no month. Without accents and case. */
export function monthOf(word: string): string | null {
  if (word.length < 3) return null;
  const at = monthNames.findIndex((forms) =>
    forms.some((form) => form === word || (word.length === 3 && form.startsWith(word))),
  );
  return at < 0 ? null : String(at + 1).padStart(2, "0");
}

function lastBefore(bookedOn: string, month: string): string {
  const year = Number(bookedOn.slice(0, 4));
  return `${month <= bookedOn.slice(5, 7) ? year : year - 1}-${month}`;
}

/** In English, German, French, Dutch, Italian and Spanish, without accents. */
const monthNames: readonly (readonly string[])[] = [
  "january januar janvier januari gennaio enero",
  "february februar fevrier februari febbraio febrero",
  "march marz maerz mars maart marzo",
  "april avril aprile abril",
  "may mai mei maggio mayo",
  "june juni juin giugno junio",
  "july juli juillet luglio julio",
  "august aout augustus agosto",
  "september septembre settembre septiembre",
  "october oktober octobre ottobre octubre",
  "november novembre noviembre",
  "december dezember decembre dicembre diciembre",
].map((forms) => forms.split(" "));
