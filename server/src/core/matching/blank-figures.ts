/** Takes out of a folded text what is no document number though it has digits: account numbers and dates. */
export function blankFigures(folded: string): string {
  return blankDates(blankIbans(folded));
}

/** 4.04.2026, 28-12-26 and 2026-11-30, where they stand alone. */
function blankDates(folded: string): string {
  if (!/[0-9][./-][0-9]/.test(folded)) return folded;
  return folded.replace(
    /(?<![^\s(,;])(?:(?:0?[1-9]|[12][0-9]|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:20)?[0-9]{2}|20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))(?![^\s),;.])/g,
    " ",
  );
}

/**
 * In one piece an IBAN's form is enough; in groups of four its check digits (ISO 13616, modulo 97) must be right too,
 * for invoices are also written so.
 */
function blankIbans(folded: string): string {
  if (!/[a-z]{2}[0-9]{2}/.test(folded)) return folded;
  return folded
    .replace(/(?<![\p{L}\p{N}])[a-z]{2}[0-9]{2}[a-z0-9]{11,30}(?![\p{L}\p{N}])/gu, " ")
    .replace(/(?<![\p{L}\p{N}])[a-z]{2}[0-9]{2}(?: [a-z0-9]{1,4}){2,8}/gu, blankGroupedIban);
}

function blankGroupedIban(found: string): string {
  const groups = found.split(" ");
  for (let count = groups.length; count >= 4; count--) {
    if (ibanChecks(groups.slice(0, count).join(""))) return ` ${groups.slice(count).join(" ")}`;
  }
  return found;
}

function ibanChecks(iban: string): boolean {
  if (iban.length < 15 || iban.length > 34) return false;
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    for (const digit of String(Number.parseInt(character, 36))) {
      remainder = (remainder * 10 + Number(digit)) % 97;
    }
  }
  return remainder === 1;
}
