import type { MatchingInput } from "../../core/matching/propose-matches.ts";
import { proposeMatches } from "../../core/matching/propose-matches.ts";
import type { ProposedMatch } from "../../core/matching/types.ts";

/** Asks core for its proposals. */
export async function propose(input: MatchingInput): Promise<readonly ProposedMatch[]> {
  return proposeMatches(input).matches;
}
