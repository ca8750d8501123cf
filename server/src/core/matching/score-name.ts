import { editDistance } from "../text.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { MatchingProfile } from "./profile.ts";
import type { Aliases, SignalName } from "./types.ts";

export type SignalFinding = {
  readonly signal: SignalName;
  readonly points: number;
  readonly transactionValue: string;
  readonly itemValue: string;
  readonly distance: number | null;
};

const coverageMin = 0.6;
const coverageOfStrangersMax = 0.3;
/** A cut name must have kept so much to stand for the whole. */
const truncatedCharactersMin = 8;

/** What the payer's name, or the texts, say about the item's client. Null when they say nothing. */
export function scoreName(
  transaction: PreparedTransaction,
  item: PreparedItem,
  profile: MatchingProfile,
  aliases: Aliases | undefined,
): SignalFinding | null {
  const payer = transaction.transaction.counterpartyName;
  const finding = (signal: SignalName, points: number, distance: number | null) => ({
    signal,
    points,
    transactionValue: payer ?? transaction.transaction.description,
    itemValue: item.item.counterpartyName,
    distance,
  });
  if (item.nameTokens.length === 0) return null;
  const clients = clientsOfPayer(transaction, item, aliases);
  if (clients === 1) return finding("name_alias", profile.points.name_alias, null);
  if (transaction.payerKey === item.nameKey) {
    return finding("name_exact", profile.points.name_exact, null);
  }
  const byPayer = payerCoverage(transaction.payerTokens, item.nameTokens);
  const byText = textCoverage(transaction.textTokens, item.nameTokens);
  const coverage = Math.max(byPayer, byText);
  if (coverage >= coverageMin) {
    const points = Math.round(profile.points.name_tokens * coverage);
    return finding("name_tokens", points, Math.round(coverage * 100));
  }
  // A payer that pays for several, an agent say: it may be this one, and is no proof of it.
  if (clients > 1) {
    return finding("name_alias", Math.round(profile.points.name_alias / clients), null);
  }
  if (transaction.payerTokens.length > 0 && coverage < coverageOfStrangersMax) {
    return finding("name_differs", profile.points.name_differs, null);
  }
  return null;
}

/** How many clients the payer was learned to be, where this one is among them; else 0. */
function clientsOfPayer(
  transaction: PreparedTransaction,
  item: PreparedItem,
  aliases: Aliases | undefined,
): number {
  if (aliases === undefined) return 0;
  for (const key of transaction.aliasKeys) {
    const clients = aliases.get(key);
    if (clients?.has(item.aliasKey)) return clients.size;
  }
  return 0;
}

/** How much of the client's name the payer's name has, less for words that the client's lacks. */
function payerCoverage(payer: readonly string[], name: readonly string[]): number {
  if (payer.length === 0) return 0;
  const [joinedPayer, joinedName] = [payer.join(""), name.join("")];
  if (joinedPayer === joinedName || isTruncated(joinedPayer, joinedName)) return 0.95;
  const foreign = foreignShareOf(payer, name);
  return coverageOf(name, payer) * (1 - foreign / 2);
}

function textCoverage(text: readonly string[], name: readonly string[]): number {
  // "BP" or "ING" inside a sentence may be anything.
  if (name.join("").length < 4) return 0;
  return coverageOf(name, text);
}

function isTruncated(payer: string, name: string): boolean {
  return payer.length >= truncatedCharactersMin && name.startsWith(payer);
}

/** The weighted share of the wanted words that are found, 0 to 1. */
function coverageOf(wanted: readonly string[], found: readonly string[]): number {
  let total = 0;
  let covered = 0;
  for (const word of wanted) {
    const weight = weightOf(word);
    total += weight;
    covered += weight * Math.max(0, ...found.map((candidate) => likeness(word, candidate)));
  }
  return total === 0 ? 0 : covered / total;
}

/** The weighted share of words that resemble none of the others. */
function foreignShareOf(words: readonly string[], others: readonly string[]): number {
  const foreign = words.filter((word) => others.every((other) => likeness(word, other) === 0));
  return sum(foreign.map(weightOf)) / sum(words.map(weightOf));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function likeness(a: string, b: string): number {
  if (a === b) return 1;
  // Mistakes are rare in a first letter, and Hansen is not Jansen. Figures are never "nearly" right.
  if (a[0] !== b[0] || /[0-9]/.test(a + b)) return 0;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= 5 && long.startsWith(short)) return 0.9;
  if (short.length < 5) return 0;
  const editsMax = short.length >= 9 ? 2 : 1;
  return editDistance(a, b, editsMax) <= editsMax ? 0.85 : 0;
}

function weightOf(word: string): number {
  return weakWords.has(word) ? 1 : Math.min(word.length, 10);
}

/** Words that so many names share that they hardly tell clients apart. */
export const weakWords: ReadonlySet<string> = new Set(
  (
    "group holding holdings services service solutions consulting trading company international " +
    "the and of for und der die das de la le les et du des van den global partners partner " +
    "management systems system digital media studio studios europe uk deutschland france"
  ).split(" "),
);
