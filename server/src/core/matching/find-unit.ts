import { tokens } from "../text.ts";

/** A unit's number or a surname, without spaces, as it must stand whole in a text: "12a", "blockb3". */
export type UnitName = string;

/** The words of a text in which units are looked for; figures and letters that touch are together and apart. */
export type UnitWords = ReadonlySet<string>;

/** "Flat 12 A" of a unit's own number says no more than "12a". */
const announcingWords: ReadonlySet<string> = new Set(
  "flat unit apt apartment no nr number wohnung appartement app suite studio".split(" "),
);

/** Reads a unit's number or a surname. */
export function unitNameOf(text: string): UnitName {
  const words = tokens(text);
  const own = words.filter((word) => !announcingWords.has(word));
  return (own.length > 0 ? own : words).join("");
}

/**
 * Reads a text for units: each word, and each run of up to four words that belong together. Dates
 * and decimal amounts are no units.
 */
export function unitWordsOf(text: string): UnitWords {
  const words = tokens(
    text
      .replace(/(?<![0-9])[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})(?![0-9])/g, " ")
      .replace(/(?<![0-9.,])[0-9]+[.,][0-9]{2}(?![0-9.,])/g, " "),
  );
  const found = new Set(words);
  for (let start = 0; start < words.length; start++) {
    for (let end = start + 2; end <= Math.min(start + 4, words.length); end++) {
      const run = words.slice(start, end);
      // Two figures side by side are two: "1 2" is not 12.
      if (run.some((word, index) => isFigure(word) && isFigure(run[index - 1] ?? ""))) break;
      found.add(run.join(""));
    }
  }
  return found;
}

/** Whether a text names the unit or person as whole words: "Flat 1" is not in "Flat 12". */
export function names(words: UnitWords, name: UnitName | null): boolean {
  return name !== null && name !== "" && words.has(name);
}

function isFigure(word: string): boolean {
  return /^[0-9]+$/.test(word);
}
