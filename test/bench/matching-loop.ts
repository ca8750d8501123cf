import { comparePair } from "../../server/src/core/matching/compare-pair.ts";
import { prepareItem, prepareTransaction, Texts } from "../../server/src/core/matching/prepare.ts";
import { builtInProfiles, profileFor } from "../../server/src/core/matching/profile.ts";
import { nameFindingOf } from "../../server/src/core/matching/score-pair.ts";
import type { LabelledSet } from "../core/matching/labelled/labelled-set.ts";

export interface LoopResult {
  readonly seconds: number;
  /** How many lines were really taken through the loop; the rest is extrapolated from them. */
  readonly sampled: number;
}

const sampleMsMax = 8_000;

/**
 * Each line against each item of its direction and currency, with the scoring that core has, texts read before: what
 * matching costs without an index. Lines are taken evenly from the whole set until the time is up; the whole is
 * extrapolated by their share, which is exact in expectation since every line costs one pass over the items.
 */
export function loopOver({ transactions, items }: LabelledSet): LoopResult {
  const startedAt = performance.now();
  const texts = new Texts();
  const prepared = items.map((item) => prepareItem(item, texts));
  const readMs = performance.now() - startedAt;
  // A stride that shares no factor with the length meets every line once.
  const stride = 7_919;
  const loopedAt = performance.now();
  let sampled = 0;
  let best = 0;
  for (let at = 0; sampled < transactions.length; at = (at + stride) % transactions.length) {
    const line = transactions[at];
    if (line === undefined || performance.now() - loopedAt > sampleMsMax) break;
    const transaction = prepareTransaction(line, texts);
    for (const item of prepared) {
      if ((item.item.kind === "expense") !== line.amountMinor < 0n) continue;
      if (item.item.currency !== line.currency) continue;
      const profile = profileFor(builtInProfiles, item.item.kind);
      const name = nameFindingOf(transaction, item.item.counterpartyName, undefined);
      const pair = comparePair(transaction, item, profile, name, undefined);
      if (pair !== null && pair.score > best) best = pair.score;
    }
    sampled += 1;
  }
  if (best === 0) throw new Error("a loop over labelled books finds something");
  const loopMs = performance.now() - loopedAt;
  return { seconds: (readMs + (loopMs * transactions.length) / sampled) / 1_000, sampled };
}
