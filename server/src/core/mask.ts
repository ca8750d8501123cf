/**
 * Takes account numbers out of a text that is shown: banks put an IBAN or a card number into an account's name. A run of
 * seven or more digits (and of letters with at least six digits among them, as an IBAN has), in groups or not, keeps its
 * last four: "Current GB29 NWBK 6016 1331 9268 19" becomes "Current ••6819".
 */
export function maskIdentifiers(text: string): string {
  return text
    .replace(ibans, (found) => (digitsOf(found) >= ibanDigitsMin ? masked(found) : found))
    .replace(numbers, (found) => (digitsOf(found) >= numberDigitsMin ? masked(found) : found));
}

/** An account's last digits: never more than four, whatever a provider sends. */
export function lastFour(mask: string | null): string | null {
  if (mask === null) return null;
  const plain = mask.replace(/[^\p{L}\p{N}]/gu, "");
  return plain === "" ? null : plain.slice(-4);
}

const ibanDigitsMin = 6;
const numberDigitsMin = 7;
/** Two letters and two digits, then groups of letters and digits with at most one separator between two of them. */
const ibans = /(?<![\p{L}\p{N}])\p{Lu}{2}\d{2}(?:[ \-./]?[\p{Lu}\d]){7,30}(?![\p{L}\p{N}])/gu;
/** Digits with at most two separators between two of them. */
const numbers = /\d(?:[ \-./]{0,2}\d){6,}/g;

function digitsOf(text: string): number {
  return text.replace(/\D/g, "").length;
}

function masked(text: string): string {
  return `••${text.replace(/[^\p{L}\p{N}]/gu, "").slice(-4)}`;
}
