import { alikeSituations } from "./alike-situations.ts";
import { Books } from "./books.ts";
import { demandSituations } from "./demand-situations.ts";
import { type LabelledSet, type Situation, situations } from "./labelled-set.ts";
import type { NoiseProfile } from "./noise-profile.ts";
import { otherSituations } from "./other-situations.ts";
import { severalSituations } from "./several-situations.ts";
import { singleSituations } from "./single-situations.ts";

const make: Readonly<Record<Situation, (books: Books) => void>> = {
  ...singleSituations,
  ...severalSituations,
  ...alikeSituations,
  ...otherSituations,
  ...demandSituations,
};

/**
 * A year of bank lines and open items with what each line truly is: some more lines than asked for, where the last
 * situation has several, and at least as many items. 100,000 take about a second. The same profile, seed and size give the
 * same set.
 *
 * @param only the situations to draw from; all if absent
 */
export function generateLabelled(
  profile: NoiseProfile,
  seed: number,
  size: number,
  only: readonly Situation[] = situations,
): LabelledSet {
  const books = new Books(profile, seed, size);
  const deck = only.flatMap((one) => new Array<Situation>(profile.shares[one]).fill(one));
  while (books.transactions.length < size) make[books.random.pick(deck)](books);
  // What nobody has paid yet.
  while (books.items.length < books.transactions.length) books.addItem(books.party());
  return books.finished();
}
