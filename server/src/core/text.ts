/** Longer texts are cut: bank texts end far below, and matching must not grow with a hostile one. */
export const textCharactersMax = 600;

/**
 * Lower case, without accents and punctuation, words one space apart: "Café  D'Or, S.A.R.L." becomes
 * "cafe dor sarl". Letters of every script stay.
 */
export function normaliseText(text: string): string {
  return foldText(text)
    .replace(
      /(?<![\p{L}\p{N}])(?:\p{L}\.){2,}\p{L}?/gu,
      (initials) => `${initials.replaceAll(".", "")} `,
    )
    .replace(/['’`´]/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Lower case and without accents; punctuation and spaces stay. */
export function foldText(text: string): string {
  // Most bank texts are plain, and folding them costs a tenth.
  if (text.length <= textCharactersMax && plainText.test(text)) return text.toLowerCase();
  return text
    .slice(0, textCharactersMax)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[ßæœøłđð]/gu, (letter) => foldedLetters[letter] ?? letter);
}

const plainText = /^[ -~]*$/;

export function tokens(text: string): readonly string[] {
  const normalised = normaliseText(text);
  return normalised === "" ? [] : normalised.split(" ");
}

/** The words of a company's or person's name without legal forms; all words when nothing else is left. */
export function nameTokens(name: string): readonly string[] {
  const all = tokens(name.replace(/\ba\/s\b/giu, "as"));
  const own = all.filter((token) => !legalForms.has(token));
  return own.length > 0 ? own : all;
}

/**
 * Edits between two texts (insert, delete, replace, swap of neighbours), or `distanceMax + 1` when
 * there are more. Optimal string alignment, three rows.
 */
export function editDistance(a: string, b: string, distanceMax: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > distanceMax) return distanceMax + 1;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let [endOfA, endOfB] = [a.length, b.length];
  while (endOfA > start && endOfB > start && a[endOfA - 1] === b[endOfB - 1]) {
    endOfA--;
    endOfB--;
  }
  // What both begin and end with takes no edit.
  const [restOfA, restOfB] = [a.slice(start, endOfA), b.slice(start, endOfB)];
  if (distanceMax === 1) return isOneEdit(restOfA, restOfB) ? 1 : 2;
  return distanceOfRest(restOfA, restOfB, distanceMax);
}

/** Of what differs at both ends, one edit can be all only of a letter, or of two that changed places. */
function isOneEdit(a: string, b: string): boolean {
  if (a.length <= 1 && b.length <= 1) return true;
  return a.length === 2 && b.length === 2 && a[0] === b[1] && a[1] === b[0];
}

function distanceOfRest(a: string, b: string, distanceMax: number): number {
  if (a === "" || b === "") return Math.min(a.length + b.length, distanceMax + 1);
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
      best = Math.min(best, cost);
    }
    // A swap reaches back two rows, by at least one edit more than the best of the last row.
    if (best > distanceMax) return distanceMax + 1;
    beforeLast = last;
    last = current;
  }
  return Math.min(last[b.length] ?? 0, distanceMax + 1);
}

const foldedLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
};

/** Legal forms as banks and registers write them, after `normaliseText`. */
const legalForms: ReadonlySet<string> = new Set(
  (
    "ltd limited llc llp lp plc inc incorporated corp corporation co pty pte cic " +
    "gmbh ggmbh ag kg kgaa ohg gbr ug ek ev eg mbh haftungsbeschrankt " +
    "bv nv vof bvba cv comm sarl sas sasu sa eurl sci snc scs " +
    "srl srls spa sapa sl slu sau lda ab aktiebolag as asa aps oy oyj " +
    "sp zoo spzoo doo dd kft zrt nyrt sro ood ead ou uab sia"
  ).split(" "),
);
