import { plural } from "../../lib/format.ts";

interface Counts {
  matches: number;
  transfers: number;
  ruleHits: number;
}

/** "12 matches, 2 transfers and 3 actions of rules"; empty where there is nothing. */
export function countedDecisions({ matches, transfers, ruleHits }: Counts): string {
  const parts = [
    ...(matches > 0 ? [plural(matches, "match", "matches")] : []),
    ...(transfers > 0 ? [plural(transfers, "transfer")] : []),
    ...(ruleHits > 0 ? [plural(ruleHits, "action of a rule", "actions of rules")] : []),
  ];
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
