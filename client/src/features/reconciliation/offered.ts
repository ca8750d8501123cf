import { isZero } from "../../lib/decimal.ts";
import type { Candidate } from "./fragments.ts";

/**
 * The candidates that are still to be paid: what another match has paid meanwhile is in the cache before the list is
 * asked for again.
 */
export function stillOpen(candidates: Candidate[]): Candidate[] {
  return candidates.filter(
    ({ openItem }) =>
      (openItem.status === "OPEN" || openItem.status === "PART_PAID") &&
      !isZero(openItem.openAmount.amount),
  );
}

/** The strongest candidate, which is the answer until a person says otherwise; of two equal ones neither is. */
export function answerOf(candidates: Candidate[]): Candidate | undefined {
  const [best, second] = candidates;
  return best && best.score > 0 && best.score !== second?.score ? best : undefined;
}

/** The candidates that fit as well as the best one does, itself among them; none where it stands alone. */
export function tiedWithBest(candidates: Candidate[]): Candidate[] {
  const [best, second] = candidates;
  if (!best || best.score !== second?.score) return [];
  return candidates.filter(({ score }) => score === best.score);
}
