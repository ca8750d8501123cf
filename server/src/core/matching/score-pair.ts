import { comparePair } from "./compare-pair.ts";
import { evidenceOf } from "./evidence.ts";
import {
  type PreparedTransaction,
  prepareItem,
  prepareTransaction,
  remittanceOf,
  Texts,
} from "./prepare.ts";
import type { MatchingProfile } from "./profile.ts";
import type { RateTable } from "./rates.ts";
import { learnedClients } from "./resolve-client.ts";
import { compareNames, type NameFinding } from "./score-name.ts";
import type { Aliases, MatchableItem, MatchableTransaction, PairScore } from "./types.ts";

/**
 * The points of one transaction against one item, with the reason for each. Never throws on any text. Direction and
 * blocks are the caller's: a pair that differs there scores like any other. Two currencies without a rate score 0.
 */
export function scorePair(
  transaction: MatchableTransaction,
  item: MatchableItem,
  profile: MatchingProfile,
  aliases?: Aliases,
  rates?: RateTable,
): PairScore {
  const texts = new Texts();
  const prepared = prepareTransaction(transaction, texts);
  const name = nameFindingOf(prepared, item.counterpartyName, aliases);
  const pair = comparePair(prepared, prepareItem(item, texts), profile, name, rates);
  return pair === null
    ? { score: 0, evidence: [] }
    : { score: pair.score, evidence: evidenceOf(pair) };
}

/** What the payer, or the texts, say about one client's name, what was learned before what is read. */
export function nameFindingOf(
  prepared: PreparedTransaction,
  clientName: string,
  aliases: Aliases | undefined,
): NameFinding | null {
  const client = prepared.texts.name(clientName);
  const learned = learnedClients(prepared, client, aliases);
  if (learned?.share === 1) return learned;
  const payer = prepared.ruledClient ?? prepared.payer;
  const words = prepared.texts.words(remittanceOf(prepared.transaction));
  const read = compareNames(payer, words, client);
  return read === null || read.signal === "name_differs" ? (learned ?? read) : read;
}
