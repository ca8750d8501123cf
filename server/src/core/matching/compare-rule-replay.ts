import {
  type DecidedLine,
  type ReplayFigures,
  ReplayTally,
  type Verdict,
} from "./compare-replay.ts";
import { compareText } from "./option.ts";
import { aliasKey } from "./prepare.ts";
import type { RuleAction } from "./rules/rule.ts";

/** A line of history as rules are held against it. */
export type DecidedForRule = DecidedLine & {
  /** The clients whose items it settled, as `aliasKey` writes them. */
  readonly clientKeys: ReadonlySet<string>;
  /** It was booked without a document. */
  readonly standalone: boolean;
  readonly categoryId: string | null;
  readonly categoryByPerson: boolean;
};

export type RuleReplayDifference = {
  readonly transactionId: string;
  /** missed: the rule as it stands decides it rightly. gained: it does not, or wrongly. */
  readonly kind: "wrong" | "missed" | "gained";
  readonly was: readonly string[];
  /** What it would be with the rule that is tried. */
  readonly verdict: Verdict;
  readonly amountMinor: bigint;
  readonly currency: DecidedLine["currency"];
  readonly today: Verdict;
};

export type RuleReplayComparison = {
  readonly decided: number;
  readonly decidedByPeople: number;
  readonly figures: ReplayFigures;
  readonly byPeople: ReplayFigures;
  readonly today: ReplayFigures;
  readonly unjudged: number;
  readonly differences: readonly RuleReplayDifference[];
};

/** A rule and the lines that it would have come to. */
export type RuleReach = { readonly action: RuleAction; readonly lines: ReadonlySet<string> };

/**
 * Holds what a rule would have done against what was decided: leaving out a line that settled an invoice is wrong, and
 * that money counts. A rule misses nothing: it was never to find everything.
 * @param today the rule as it stands; null for a new one
 */
export function compareRuleReplay(
  decided: readonly DecidedForRule[],
  rule: RuleReach,
  today: RuleReach | null,
): RuleReplayComparison {
  const known = decided.filter(({ items }) => items !== null);
  const ofPeople = known.filter(({ byPeople }) => byPeople);
  return {
    decided: known.length,
    decidedByPeople: ofPeople.length,
    figures: figuresOf(known, rule),
    byPeople: figuresOf(ofPeople, rule),
    today: figuresOf(known, today),
    unjudged: decided.filter((line) => judgeByRule(line, rule) === "unjudged").length,
    differences: known
      .flatMap((line) => differenceOf(line, rule, today))
      .sort(
        (a, b) =>
          compareText(b.kind, a.kind) ||
          Number(b.amountMinor - a.amountMinor) ||
          compareText(a.transactionId, b.transactionId),
      ),
  };
}

/** What comes of a line by a rule: `none` where it does not come to it. */
export function judgeByRule(line: DecidedForRule, rule: RuleReach | null): Verdict {
  if (rule === null || !rule.lines.has(line.transactionId)) return "none";
  const { items } = line;
  if (items === null) return "unjudged";
  const { action } = rule;
  switch (action.kind) {
    case "exclude":
    case "transfer":
      return items.size > 0 || line.standalone ? "wrong" : "right";
    case "match_client": {
      const key = aliasKey(action.clientName);
      return items.size > 0 && [...line.clientKeys].every((one) => one === key) ? "right" : "wrong";
    }
    default:
      return judgeCategory(line, items, action);
  }
}

function judgeCategory(
  line: DecidedForRule,
  items: ReadonlyMap<string, bigint>,
  action: Extract<RuleAction, { kind: "categorise" }>,
): Verdict {
  const same = line.categoryId === action.categoryId;
  if (action.standalone) return line.standalone && same && items.size === 0 ? "right" : "wrong";
  if (!line.categoryByPerson) return "unjudged";
  return same ? "right" : "wrong";
}

/** Money that the rule would have kept from the items that it belonged to. A category alone moves none. */
function wrongMinorOf(line: DecidedForRule, { action }: RuleReach): bigint {
  if (action.kind === "categorise" && !action.standalone) return 0n;
  let sum = 0n;
  for (const minor of line.items?.values() ?? []) sum += minor;
  return sum;
}

function figuresOf(lines: readonly DecidedForRule[], rule: RuleReach | null): ReplayFigures {
  const tally = new ReplayTally();
  for (const line of lines) {
    const verdict = judgeByRule(line, rule);
    tally.add(verdict, rule ? wrongMinorOf(line, rule) : 0n, line.currency, false);
  }
  return tally.figures();
}

function differenceOf(
  line: DecidedForRule,
  rule: RuleReach,
  before: RuleReach | null,
): RuleReplayDifference[] {
  const verdict = judgeByRule(line, rule);
  const today = judgeByRule(line, before);
  const kind = kindOf(verdict, today);
  if (kind === null) return [];
  return [
    {
      ...{ transactionId: line.transactionId, kind, verdict, today },
      was: [...(line.items?.keys() ?? [])].sort(compareText),
      amountMinor: wrongMinorOf(line, verdict === "wrong" ? rule : (before ?? rule)),
      currency: line.currency,
    },
  ];
}

/** What is wrong is told even where the rule as it stands is as wrong. */
function kindOf(verdict: Verdict, today: Verdict): RuleReplayDifference["kind"] | null {
  if (verdict === "wrong") return "wrong";
  if (today === "wrong") return "gained";
  if (verdict === "right") return today === "right" ? null : "gained";
  return today === "right" ? "missed" : null;
}
