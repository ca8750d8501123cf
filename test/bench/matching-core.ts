/** A program of the bench: core alone, from plain rows to the automatic matches with their evidence. */
import { builtInProfiles } from "../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../server/src/core/matching/propose-matches.ts";
import { indexRates } from "../../server/src/core/matching/rates.ts";
import { generateLabelled } from "../core/matching/labelled/generate.ts";
import { tuning } from "../core/matching/labelled/tuning.ts";
import { givenTask, peakMiB, tell } from "./measure-apart.ts";

export interface CoreTask {
  readonly seed: number;
  readonly transactions: number;
  /** Whether the pairs are wanted, to compare them with another engine's. */
  readonly pairs: boolean;
}

export interface CoreResult {
  readonly transactions: number;
  readonly items: number;
  readonly seconds: number;
  readonly matches: number;
  readonly boundedGroups: number;
  /** With the generated books only, and at the end. */
  readonly booksMiB: number;
  readonly peakMiB: number;
  /** Single matches of one line with one item: "transaction item". */
  readonly pairs: readonly string[];
}

const { seed, transactions: size, pairs } = givenTask<CoreTask>();
const { transactions, items, rates } = generateLabelled(tuning, seed, size);
const booksMiB = process.memoryUsage().rss / 2 ** 20;
const startedAt = performance.now();
const { matches, boundedGroups } = proposeMatches({
  ...{ transactions, items, profiles: builtInProfiles, suggestions: false },
  rates: indexRates(rates),
});
const seconds = (performance.now() - startedAt) / 1_000;
tell({
  transactions: transactions.length,
  items: items.length,
  ...{ seconds, matches: matches.length, boundedGroups, booksMiB, peakMiB: peakMiB() },
  pairs: pairs
    ? matches
        .filter((match) => match.payments.length === 1)
        .map(({ payments: [one] }) => `${one?.transactionId} ${one?.itemId}`)
    : [],
} satisfies CoreResult);
