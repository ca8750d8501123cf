import type { Verdict } from "../../core/matching/compare-replay.ts";
import type { RuleAction } from "../../core/matching/rules/rule.ts";

interface Told {
  readonly kind: "wrong" | "missed" | "gained" | "changed";
  /** The items as people name them: "INV-1 of Acorn Ltd". */
  readonly was: readonly string[];
  readonly would: readonly string[];
  readonly declined: boolean;
  readonly letsGo: boolean;
  readonly today: Verdict;
}

/** What a profile would do otherwise with one line, as a sentence for people. */
export function profileSentence(told: Told): string {
  const { kind, was, would, declined, letsGo, today } = told;
  const before = was.length > 0 ? `it was matched with ${listOf(was)}` : "it was left out";
  switch (kind) {
    case "wrong": {
      if (declined)
        return `It would be matched with ${listOf(would)}, which somebody has declined.`;
      if (isSame(was, would) && letsGo) {
        return `What is missing from ${listOf(would)} would be let go; it was not.`;
      }
      if (isSame(was, would)) return `More of it would be put on ${listOf(would)} than was.`;
      return `It would be matched with ${listOf(would)}; ${before}.`;
    }
    case "missed": {
      const lost = today === "right" ? " The profile in use matches it." : "";
      return `It would wait for a person; ${before}.${lost}`;
    }
    case "gained": {
      const now = today === "wrong" ? "gets it wrong" : "leaves it for a person";
      const then =
        would.length > 0 ? `matched with ${listOf(would)}, as it was` : "left alone, rightly";
      return `It would be ${then}; the profile in use ${now}.`;
    }
    default: {
      const rest = letsGo ? ", and what is missing let go" : "";
      const then =
        would.length > 0 ? `be matched with ${listOf(would)}${rest}` : "wait for a person";
      return `It would ${then}, other than by the profile in use. Nobody has decided about it.`;
    }
  }
}

/** What a rule would do with one line against what was decided, as a sentence for people. */
export function ruleSentence(
  action: RuleAction["kind"],
  { kind, was, verdict, today }: Pick<Told, "kind" | "was" | "today"> & { verdict: Verdict },
): string {
  if (kind === "missed") {
    return "The rule as it stands decides it as it was decided; this one leaves it alone.";
  }
  if (kind === "gained") {
    const corrected = "The rule as it stands gets it wrong";
    if (verdict !== "right") return `${corrected}; this one leaves it alone.`;
    return `It would be ${done[action]}, as it was decided.${today === "wrong" ? ` ${corrected}.` : ""}`;
  }
  const before = was.length > 0 ? `it was matched with ${listOf(was)}` : beforeOf[action];
  return `It would be ${done[action]}; ${before}.`;
}

const done: Readonly<Record<RuleAction["kind"], string>> = {
  exclude: "left out",
  transfer: "taken for a transfer",
  categorise: "put into the rule's category",
  match_client: "kept for the rule's client",
};

const beforeOf: Readonly<Record<RuleAction["kind"], string>> = {
  exclude: "it was booked without a document",
  transfer: "it was booked without a document",
  categorise: "it was decided otherwise",
  match_client: "it was left out",
};

const namesMax = 3;

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, namesMax);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at]);
}
