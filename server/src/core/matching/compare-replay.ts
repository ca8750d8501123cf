import type { CurrencyCode } from "../currencies.ts";
import { type Money, money } from "../money.ts";
import { compareText } from "./option.ts";
import type { ProposedMatch } from "./types.ts";

/** A line of the books' own history, and what became of it. */
export type DecidedLine = {
  readonly transactionId: string;
  readonly currency: CurrencyCode;
  /**
   * What was taken from it for each item, in minor units of its currency. Empty: it was decided that it belongs to
   * nothing. Null: it is undecided, and only known not to belong to the declined items.
   */
  readonly items: ReadonlyMap<string, bigint> | null;
  /** What was let go of each item beside it, in the same currency. */
  readonly letGo: ReadonlyMap<string, bigint>;
  readonly declinedItemIds: ReadonlySet<string>;
  /** A person decided, and not a profile or a rule. */
  readonly byPeople: boolean;
};

/** `none`: rightly left alone, or nothing known. `unjudged`: matched, and nobody has decided what is right. */
export type Verdict = "right" | "wrong" | "missed" | "none" | "unjudged";

export type ReplayFigures = {
  /** Lines of history that were matched without a person and can be judged. */
  readonly automatic: number;
  readonly right: number;
  readonly wrong: number;
  /** Lines that history matched and that would be left for a person. */
  readonly missed: number;
  /** Right ones among the automatic ones; null without any. */
  readonly precision: number | null;
  /** Right ones among those that history matched; null without any. */
  readonly recall: number | null;
  /** Money that was taken for items that it did not belong to, by currency. */
  readonly wronglyCleared: readonly Money[];
};

export type ReplayDifference = {
  readonly transactionId: string;
  /** `changed`: otherwise than by the profile in use, where nobody has decided. */
  readonly kind: "wrong" | "missed" | "gained" | "changed";
  readonly was: readonly string[];
  readonly would: readonly string[];
  readonly score: number | null;
  /** Whether it would let go more of an item than was. */
  readonly letsGo: boolean;
  /** Wrongly cleared where wrong, else what is at stake. */
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  /** What comes of it by the profile in use. */
  readonly today: Verdict;
};

export type ReplayComparison = {
  /** Lines that were decided, whatever was proposed for them. */
  readonly decided: number;
  readonly decidedByPeople: number;
  readonly figures: ReplayFigures;
  /** The same of lines that people decided: the others were decided by a profile, which is no independent truth. */
  readonly byPeople: ReplayFigures;
  readonly today: ReplayFigures;
  /** Proposals for lines that nobody has decided. */
  readonly unjudged: number;
  /** Wrong ones first, then what the profile in use finds and this one misses, then gains, then the rest. */
  readonly differences: readonly ReplayDifference[];
};

/** What is proposed for one line. */
type LineProposal = {
  readonly items: ReadonlyMap<string, bigint>;
  readonly letGo: ReadonlyMap<string, bigint>;
  readonly score: number;
};

/**
 * Holds what a profile would do, and what the one in use would do, against what was decided. Right is only who settles
 * exactly the items that were settled, with no more money on any of them and no more of any let go. The order of neither
 * side counts.
 */
export function compareReplay(
  decided: readonly DecidedLine[],
  proposed: readonly Pick<ProposedMatch, "payments" | "score">[],
  today: readonly Pick<ProposedMatch, "payments" | "score">[],
): ReplayComparison {
  const would = byLine(proposed);
  const does = byLine(today);
  const known = decided.filter(({ items }) => items !== null);
  const ofPeople = decided.filter(({ byPeople }) => byPeople);
  const differences = decided.flatMap((line) => {
    const difference = differenceOf(
      line,
      would.get(line.transactionId),
      does.get(line.transactionId),
    );
    return difference === null ? [] : [difference];
  });
  return {
    decided: known.length,
    decidedByPeople: ofPeople.filter(({ items }) => items !== null).length,
    figures: figuresOf(decided, would),
    byPeople: figuresOf(ofPeople, would),
    today: figuresOf(decided, does),
    unjudged: decided.filter((line) => judge(line, would.get(line.transactionId)) === "unjudged")
      .length,
    differences: differences.sort(
      (a, b) =>
        rankOf(a) - rankOf(b) ||
        Number(b.amountMinor - a.amountMinor) ||
        compareText(a.transactionId, b.transactionId),
    ),
  };
}

/** What comes of a line by one proposal. */
export function judge(line: DecidedLine, proposal: LineProposal | undefined): Verdict {
  if (proposal === undefined) {
    return line.items !== null && line.items.size > 0 ? "missed" : "none";
  }
  const ids = [...proposal.items.keys()];
  if (ids.some((id) => line.declinedItemIds.has(id))) return "wrong";
  const { items } = line;
  if (items === null) return "unjudged";
  const same = ids.length === items.size && ids.every((id) => items.has(id));
  return same && wrongMinorOf(line, proposal) === 0n ? "right" : "wrong";
}

function byLine(
  proposed: readonly Pick<ProposedMatch, "payments" | "score">[],
): ReadonlyMap<string, LineProposal> {
  type Amounts = Map<string, bigint>;
  const lines = new Map<string, { items: Amounts; letGo: Amounts; score: number }>();
  for (const { payments, score } of proposed) {
    for (const { transactionId, itemId, kind, amountMinor, transactionMinor } of payments) {
      const isLetGo = kind === "short_payment";
      if (transactionMinor === 0n && !isLetGo) continue;
      const line = lines.get(transactionId) ?? { items: new Map(), letGo: new Map(), score };
      const [side, minor] = isLetGo ? [line.letGo, amountMinor] : [line.items, transactionMinor];
      side.set(itemId, (side.get(itemId) ?? 0n) + minor);
      lines.set(transactionId, line);
    }
  }
  return lines;
}

/** Money on items that it did not belong to, or more of it than did; and what would be let go of them and was not. */
function wrongMinorOf(line: DecidedLine, proposal: LineProposal): bigint {
  const { items } = proposal;
  let wrong = line.items === null ? 0n : letGoBeyond(line, proposal);
  for (const [id, minor] of items) {
    if (line.items === null && !line.declinedItemIds.has(id)) continue;
    const belongs = line.items?.get(id) ?? 0n;
    if (minor > belongs) wrong += minor - belongs;
  }
  return wrong;
}

function letGoBeyond(line: DecidedLine, { letGo }: LineProposal): bigint {
  let beyond = 0n;
  for (const [id, minor] of letGo) {
    const was = line.letGo.get(id) ?? 0n;
    if (minor > was) beyond += minor - was;
  }
  return beyond;
}

function figuresOf(
  lines: readonly DecidedLine[],
  proposals: ReadonlyMap<string, LineProposal>,
): ReplayFigures {
  const tally = new ReplayTally();
  for (const line of lines) {
    const proposal = proposals.get(line.transactionId);
    const verdict = judge(line, proposal);
    const wrong = verdict === "wrong" && proposal ? wrongMinorOf(line, proposal) : 0n;
    tally.add(verdict, wrong, line.currency, (line.items?.size ?? 0) > 0);
  }
  return tally.figures();
}

/** Counts verdicts. */
export class ReplayTally {
  #right = 0;
  #wrong = 0;
  #missed = 0;
  #matched = 0;
  readonly #cleared = new Map<CurrencyCode, bigint>();

  /** @param matched whether history matched the line: it counts for the recall */
  add(verdict: Verdict, wrongMinor: bigint, currency: CurrencyCode, matched: boolean): void {
    if (matched) this.#matched += 1;
    if (verdict === "right") this.#right += 1;
    else if (verdict === "missed") this.#missed += 1;
    else if (verdict === "wrong") {
      this.#wrong += 1;
      if (wrongMinor > 0n) {
        this.#cleared.set(currency, (this.#cleared.get(currency) ?? 0n) + wrongMinor);
      }
    }
  }

  figures(): ReplayFigures {
    const automatic = this.#right + this.#wrong;
    return {
      automatic,
      right: this.#right,
      wrong: this.#wrong,
      missed: this.#missed,
      precision: automatic === 0 ? null : this.#right / automatic,
      recall: this.#matched === 0 ? null : this.#right / this.#matched,
      wronglyCleared: [...this.#cleared]
        .sort(([a], [b]) => compareText(a, b))
        .map(([currency, minor]) => money(minor, currency)),
    };
  }
}

function differenceOf(
  line: DecidedLine,
  would: LineProposal | undefined,
  does: LineProposal | undefined,
): ReplayDifference | null {
  const verdict = judge(line, would);
  const today = judge(line, does);
  const kind = kindOf(verdict, today, isSameProposal(would, does));
  if (kind === null) return null;
  const whole = [
    ...(line.items ?? would?.items ?? does?.items ?? new Map<string, bigint>()).values(),
  ];
  const stake = whole.reduce((sum, minor) => sum + minor, 0n);
  return {
    transactionId: line.transactionId,
    kind,
    was: [...(line.items?.keys() ?? [])].sort(compareText),
    would: [...(would?.items.keys() ?? [])].sort(compareText),
    score: would?.score ?? null,
    letsGo: would !== undefined && letGoBeyond(line, would) > 0n,
    amountMinor: kind === "wrong" && would ? wrongMinorOf(line, would) : stake,
    currency: line.currency,
    today,
  };
}

function kindOf(verdict: Verdict, today: Verdict, same: boolean): ReplayDifference["kind"] | null {
  if (verdict === "wrong" || verdict === "missed") return verdict;
  if (verdict === "right") return today === "right" ? null : "gained";
  // Left alone where the profile in use is wrong is a gain, too.
  if (verdict === "none" && today === "wrong") return "gained";
  return same ? null : "changed";
}

function isSameProposal(a: LineProposal | undefined, b: LineProposal | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return isSameAmounts(a.items, b.items) && isSameAmounts(a.letGo, b.letGo);
}

function isSameAmounts(a: ReadonlyMap<string, bigint>, b: ReadonlyMap<string, bigint>): boolean {
  return a.size === b.size && [...a].every(([id, minor]) => b.get(id) === minor);
}

function rankOf({ kind, today }: ReplayDifference): number {
  if (kind === "wrong") return today === "wrong" ? 1 : 0;
  if (kind === "missed") return today === "right" ? 2 : 5;
  return kind === "gained" ? 3 : 4;
}
