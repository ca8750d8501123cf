import { tokens } from "../text.ts";

/** A unit's number or a surname, without spaces, as it must stand whole in a text: "12a", "blockb3". */
export type UnitName = string;

/** The words of a text in which units are looked for; figures and letters that touch are together and apart. */
export type UnitWords = ReadonlySet<string>;

/** "Flat 12 A" of a unit's own number says no more than "12a". */
const announcingWords: ReadonlySet<string> = new Set(
  "flat unit apt apartment no nr number wohnung appartement app suite studio".split(" "),
);

/** Reads a unit's number or a surname. Two figures stay two: "1/2" is not 12. */
export function unitNameOf(text: string): UnitName {
  const words = tokens(text);
  const own = words.filter((word) => !announcingWords.has(word));
  let name = "";
  let before = "";
  for (const word of own.length > 0 ? own : words) {
    name += isFigure(before) && isFigure(word) ? `/${word}` : word;
    before = word;
  }
  return name;
}

/**
 * Reads a text for units: each word, and each run of up to four words that belong together. Dates, with a year or
 * without, decimal amounts and counts ("1 of 3") are no units, nor is a letter by itself: "Mr A Smith" is not flat A.
 * What a word for a unit leads is one.
 */
export function unitWordsOf(text: string): UnitWords {
  const words = tokens(withoutDates(text));
  const found = new Set<string>();
  for (const [at, word] of words.entries()) {
    const letter = word.length === 1 && !isFigure(word) && words.length > 1;
    if (!letter || announcingWords.has(words[at - 1] ?? "")) found.add(word);
  }
  for (let start = 0; start < words.length; start++) {
    for (let end = start + 2; end <= Math.min(start + 4, words.length); end++) {
      const run = words.slice(start, end);
      // Two figures side by side are two: "1 2" is not 12.
      if (run.some((word, index) => isFigure(word) && isFigure(run[index - 1] ?? ""))) break;
      found.add(run.join(""));
    }
  }
  for (const [, first, second] of text.matchAll(twoFigures)) found.add(`${first}/${second}`);
  return found;
}

/** Without full dates, decimal amounts, and what is a day, a month or a count where no word for a unit leads it. */
function withoutDates(text: string): string {
  return text
    .replace(/(?<![0-9])[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})(?![0-9])/g, " ")
    .replace(/(?<![0-9.,])[0-9]+[.,][0-9]{2}(?![0-9.,])/g, " ")
    .replace(dayAndMonth, (found, lead: string | undefined) =>
      lead ? found : found.replace(/[0-9]+/g, " "),
    );
}

const lead =
  "(\\b(?:flats?|units?|apt|apartment|no|nr|number|wohnung|appartement|app|suite|studio)[ .:#]{0,3})";
const month =
  "(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sept?|oct|okt|nov|dec|dez)" +
  "(?:uary|ruary|ch|il|e|y|ust|ember|ober|uar|ruar|i|ember)?";
const dayAndMonth = new RegExp(
  `${lead}?(?:(?<![0-9./-])(?:[0-2]?[0-9]|3[01])[./-](?:0?[1-9]|1[0-2])(?![0-9./-])|` +
    `(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th|\\.)? ?${month}\\b|\\b${month} [0-3]?[0-9](?![0-9])|` +
    "(?<![0-9])[0-9]{1,2} of [0-9]{1,2}(?![0-9]))",
  "gi",
);
/** "Flat 1/2": a unit of two figures. */
const twoFigures = new RegExp(`${lead.replace("(", "(?:")}([0-9]+)[./-]([0-9]+)(?![0-9./-])`, "gi");

/** Whether a text names the unit or person as whole words: "Flat 1" is not in "Flat 12". */
export function names(words: UnitWords, name: UnitName | null): boolean {
  return name !== null && name !== "" && words.has(name);
}

function isFigure(word: string): boolean {
  return /^[0-9]+$/.test(word);
}
