import type { Candidate } from "./fragments.ts";

/** The candidates that fit as well as the best one does, itself among them; none where it stands alone. */
export function tiedWithBest(candidates: Candidate[]): Candidate[] {
  const [best, second] = candidates;
  if (!best || best.score !== second?.score) return [];
  return candidates.filter(({ score }) => score === best.score);
}
