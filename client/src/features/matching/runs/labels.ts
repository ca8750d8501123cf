import { plural } from "../../../lib/format.ts";
import type { Tone } from "../../../lib/ui/tone.ts";
import type { Run } from "./documents.ts";

/** What began a run, as a heading. */
export const triggerLabels: Record<Run["trigger"], string> = {
  SYNC: "New from the bank",
  IMPORT: "New from a file",
  ITEMS: "Open items changed",
  MANUAL: "Asked for",
  RULE: "A rule changed",
};

const stepLabels: Record<NonNullable<Run["step"]>, string> = {
  LOADING: "Reading what is open",
  RULES: "Applying the rules",
  TRANSFERS: "Looking for transfers",
  DECIDING: "Deciding what belongs together",
  WRITING: "Writing the matches",
};

/** What it is at. */
export function stepLabel({ step }: Pick<Run, "step">): string {
  return step ? stepLabels[step] : "Waiting for its turn";
}

/** What became of a run that is over, in a word and a colour. */
export function outcomeOf(run: Run): { label: string; tone: Tone } {
  if (run.status === "FAILED") return { label: "Failed", tone: "negative" };
  if (run.status === "UNDONE") return { label: "Undone", tone: "neutral" };
  if (run.status === "RUNNING") return { label: "Running", tone: "accent" };
  return decided(run) > 0
    ? { label: "Complete", tone: "positive" }
    : { label: "Nothing new", tone: "neutral" };
}

/** How many decisions it made, of whatever kind. */
export function decided({ matched, ruled, transfers }: Run): number {
  return matched + ruled + transfers;
}

/** That the search for the best whole met its bound, and what follows from it. */
export function boundedSentence({ boundedGroups }: Pick<Run, "boundedGroups">): string {
  const many = boundedGroups !== 1;
  return `${plural(boundedGroups, "group")} of transactions and open items ${many ? "were" : "was"} too entangled to search to the end. Nothing in ${many ? "them" : "it"} was matched on a guess: what is left waits in the queue for a person.`;
}

export const familyLabels: Record<string, string> = {
  invoice: "Invoices and expenses",
  demand: "Demands of blocks",
};
