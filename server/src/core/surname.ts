/**
 * The surname in a person's name as it is written in a register: the last word that is neither a title nor a suffix,
 * as it stands there. "Dr. Anna van der Berg MBE" gives "Berg", "Patel, Jyoti" gives "Patel", "Mr & Mrs O'Neill" gives
 * "O'Neill". Where nothing else is left, the last word; "" for a name without letters.
 */
export function surnameOf(name: string): string {
  const [first = [], ...behind] = name.split(",").map(wordsOf);
  // "Patel, Jyoti" has the surname first; in "J Patel, MBE" only suffixes follow.
  const isTurned = first.length > 0 && behind.some((words) => words.some(isOwn));
  const words = isTurned ? first : [...first, ...behind.flat()];
  return words.findLast(isOwn) ?? words.at(-1) ?? "";
}

function wordsOf(text: string): string[] {
  return text
    .split(/[\s&+/]+/u)
    .map((word) => word.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ""))
    .filter((word) => word !== "");
}

function isOwn(word: string): boolean {
  return !beside.has(word.toLowerCase().replace(/[^\p{L}]/gu, ""));
}

/** Titles, suffixes and legal forms, in lower case without dots. */
const beside: ReadonlySet<string> = new Set(
  (
    "mr mrs ms miss mx master dr doctor prof professor sir dame lady lord rev revd reverend fr hon capt captain maj " +
    "major col herr frau mme mlle monsieur madame sig signora sr sra don dona and und et the estate of executors exors " +
    "jr jnr junior snr senior ii iii iv esq esquire obe mbe cbe kbe dbe qc kc jp mp phd md mba bsc msc ba ma frics mrics " +
    "aca acca deceased decd ltd limited llp plc inc"
  ).split(" "),
);
