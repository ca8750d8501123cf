import { decideLabelled } from "../core/matching/labelled/decide-labelled.ts";
import { generateLabelled } from "../core/matching/labelled/generate.ts";
import { heldOut } from "../core/matching/labelled/held-out.ts";
import { type Measures, measure, precisionOf } from "../core/matching/labelled/measure.ts";
import { qualityTables, recallOf } from "../core/matching/labelled/quality-tables.ts";
import { tuning } from "../core/matching/labelled/tuning.ts";
import type { Figure } from "./figures.ts";

const transactions = 20_000;
const seeds = [20_261_121, 42];

/**
 * How right the matching is on labelled books of two worlds, of which only `tuning` may be looked at when points and
 * thresholds are set. Prints the whole tables; the figures are held-out's, beside what they must reach.
 */
export async function benchQuality(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const profile of [tuning, heldOut]) {
    for (const seed of seeds) {
      const set = generateLabelled(profile, seed, transactions);
      const startedAt = performance.now();
      const measures = measure(set, decideLabelled(set));
      const seconds = (performance.now() - startedAt) / 1_000;
      const title =
        `${profile.name}, seed ${seed}: ${set.transactions.length} transactions, ` +
        `${set.items.length} open items, ${seconds.toFixed(1)} s`;
      console.log(`\n${qualityTables(title, measures)}`);
      if (profile === heldOut) figures.push(...figuresOf(seed, measures));
    }
  }
  return figures;
}

function figuresOf(seed: number, measures: Measures): Figure[] {
  const { all, withinTable, oneToMany } = measures;
  const figure = (what: string, ours: number, aim: number): Figure => ({
    what: `Matching on held-out books, seed ${seed}: ${what}`,
    ours: ours.toFixed(4),
    peer: String(aim),
    peerName: "aim",
    ratio: null,
  });
  return [
    figure("precision of automatic matches", precisionOf(all), 0.998),
    figure("their recall of what can be told from the data", recallOf(all), 0.9),
    figure("the same without what the demand table's points leave", recallOf(withinTable), 0.9),
    figure("their recall of everything that belongs", all.right / all.belonging, 0),
    figure("a right item among three suggestions", all.firstThree / all.belonging, 0.97),
    figure("precision of one payment for several", precisionOf(oneToMany), 0.99),
  ].map((one) => (one.peer === "0" ? { ...one, peer: "", peerName: "no aim" } : one));
}
