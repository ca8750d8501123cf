import { editDistance } from "../text.ts";
import type { PreparedName } from "./prepare.ts";
import type { SignalName } from "./types.ts";

export type NameSignal = Extract<SignalName, `name_${string}`>;

/** What the payer's name, or the texts, say about a client: the share of the signal's points. */
export type NameFinding = {
  readonly signal: NameSignal;
  readonly share: number;
  /** Percent of the client's name that was found; null where it is equal or learned. */
  readonly distance: number | null;
};

/** From this share of a client's name on it is named. */
export const coverageMin = 0.6;
/** A word with a slip: all that two words can be alike that neither begin nor end with the same letters. */
export const likenessOfSlip = 0.85;
const coverageOfStrangersMax = 0.3;
/** A cut name must have kept so much to stand for the whole. */
const truncatedCharactersMin = 8;
const joinedCoverage = 0.95;
/** A name of one word that is shorter is looked for in sentences with less trust. */
const wordCharactersMin = 7;
const coverageOfPlainWord = 0.65;

export const exactName: NameFinding = { signal: "name_exact", share: 1, distance: null };
const differentName: NameFinding = { signal: "name_differs", share: 1, distance: null };

/** A payer's learned name. One that pays for several, an agent say, may be this one and is no proof of it. */
export function learnedName(clients: number): NameFinding {
  return { signal: "name_alias", share: 1 / clients, distance: null };
}

/** What a payer's name and the words of the texts say about a client's name. Null when they say nothing. */
export function compareNames(
  payer: PreparedName | null,
  words: readonly string[],
  client: PreparedName,
): NameFinding | null {
  if (client.tokens.length === 0) return null;
  if (payer !== null && payer.key === client.key) return exactName;
  const coverage = Math.max(
    payer === null ? 0 : payerCoverage(payer, client),
    textCoverage(words, client),
  );
  if (coverage >= coverageMin) {
    return { signal: "name_tokens", share: coverage, distance: Math.round(coverage * 100) };
  }
  const known = payer !== null && payer.tokens.length > 0;
  return known && coverage < coverageOfStrangersMax ? differentName : null;
}

/** How much a word tells clients apart. */
export function weightOf(word: string): number {
  return weakWords.has(word) ? 1 : Math.min(word.length, 10);
}

/** How much of the client's name the payer's name has, less for words that the client's lacks. */
function payerCoverage(payer: PreparedName, client: PreparedName): number {
  if (payer.tokens.length === 0) return 0;
  // A whole first word is not a name that was cut off: "Schneider" may be anybody.
  const isCut = payer.tokens.length > 1 || payer.joined !== client.tokens[0];
  if (payer.joined === client.joined || (isCut && isTruncated(payer.joined, client.joined))) {
    return joinedCoverage;
  }
  const coverage = coverageOf(client, payer.tokens);
  // A stranger is one whatever the payer's name has besides.
  if (coverage < coverageOfStrangersMax) return coverage;
  return coverage * (1 - foreignShareOf(payer, client.tokens) / 2);
}

function textCoverage(words: readonly string[], client: PreparedName): number {
  // "BP" or "ING" inside a sentence may be anything.
  if (words.length === 0 || client.joined.length < 4) return 0;
  const coverage = coverageOf(client, words);
  const [own = "", ...others] = client.tokens.filter((word) => !weakWords.has(word));
  // One short word of a sentence, "green" or "price", may be no name.
  const isPlain = others.length === 0 && own.length < wordCharactersMin;
  return isPlain ? Math.min(coverage, coverageOfPlainWord) : coverage;
}

function isTruncated(payer: string, name: string): boolean {
  return payer.length >= truncatedCharactersMin && name.startsWith(payer);
}

/** The weighted share of a name's words that are found, 0 to 1. */
function coverageOf({ tokens, weights, weight }: PreparedName, found: readonly string[]): number {
  let covered = 0;
  for (let at = 0; at < tokens.length; at++) {
    let best = 0;
    for (const candidate of found) {
      best = Math.max(best, likeness(tokens[at] as string, candidate));
      if (best === 1) break;
    }
    covered += (weights[at] as number) * best;
  }
  return weight === 0 ? 0 : covered / weight;
}

/** The weighted share of a name's words that resemble none of the others. */
function foreignShareOf({ tokens, weights }: PreparedName, others: readonly string[]): number {
  let total = 0;
  let foreign = 0;
  for (let at = 0; at < tokens.length; at++) {
    const word = tokens[at] as string;
    if (isOffice(word)) continue;
    total += weights[at] as number;
    const isForeign = others.every((other) => likeness(word, other) === 0);
    if (isForeign) foreign += weights[at] as number;
  }
  return total === 0 ? 0 : foreign / total;
}

/** "Accounts Payable" or "Konto 1" behind a name says which office pays, not that it is somebody else. */
export function isOffice(word: string): boolean {
  return officeWords.has(word) || /^[0-9]+$/.test(word);
}

function likeness(a: string, b: string): number {
  if (a === b) return 1;
  // Mistakes are rare in a first letter, and Hansen is not Jansen.
  if (a.charCodeAt(0) !== b.charCodeAt(0)) return 0;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  // Figures are never "nearly" right.
  if (short.length < 4 || /[0-9]/.test(a) || /[0-9]/.test(b)) return 0;
  if (short.length < 5) return isSlipOfShortWord(short, long) ? likenessOfSlip : 0;
  if (long.startsWith(short)) return 0.9;
  const editsMax = short.length >= 9 ? 2 : 1;
  return editDistance(a, b, editsMax) <= editsMax ? likenessOfSlip : 0;
}

/** Four letters are too few for any edit: a letter left out of five, or two of the four swapped. */
function isSlipOfShortWord(short: string, long: string): boolean {
  if (short.length !== 4 || long.length > 5 || editDistance(short, long, 1) !== 1) return false;
  return long.length === 5 || [...short].sort().join() === [...long].sort().join();
}

const officeWords: ReadonlySet<string> = new Set(
  (
    "accounts account acct payable ap accounting finance treasury konto buchhaltung kreditoren comptabilite compte " +
    "administratie rekening zentrale office"
  ).split(" "),
);

/** Words that so many names share that they hardly tell clients apart. */
export const weakWords: ReadonlySet<string> = new Set(
  (
    "group holding holdings services service solutions consulting trading company international " +
    "the and of for und der die das de la le les et du des van den global partners partner " +
    "management systems system digital media studio studios europe uk deutschland france"
  ).split(" "),
);
