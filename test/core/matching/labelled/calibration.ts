import type {
  MatchableTransaction,
  ProposedMatch,
  Suggestion,
} from "../../../../server/src/core/matching/types.ts";

/** Lines by score: a match of several pairs by their average. */
export type Band = {
  readonly from: number;
  automatic: number;
  automaticRight: number;
  /** The first suggestion of the lines that are left to a person. */
  left: number;
  leftRight: number;
  /** The first suggestion of every line, where nothing is automatic. */
  suggested: number;
  right: number;
};

/** What a person would get who confirmed the first suggestion of each line that is left. */
export type Suggested = {
  readonly lines: number;
  readonly right: number;
  /** By currency: the lines' money that would go where it does not belong. */
  readonly wrongMinor: ReadonlyMap<string, bigint>;
};

const bandWidth = 10;

/** How far a score can be believed, gathered line by line. */
export class Calibration {
  private readonly byScore = new Map<number, Band>();
  private readonly wrongMinor = new Map<string, bigint>();
  private lines = 0;
  private right = 0;

  addMatch(match: ProposedMatch, isRight: boolean): void {
    const pairs = new Set(match.payments.map((one) => `${one.transactionId} ${one.itemId}`));
    const band = this.bandOf(match.score / pairs.size);
    band.automatic += 1;
    if (isRight) band.automaticRight += 1;
  }

  addLeft(line: MatchableTransaction, first: Suggestion | undefined, isRight: boolean): void {
    if (first === undefined) return;
    const band = this.bandOf(first.score);
    band.left += 1;
    this.lines += 1;
    if (isRight) band.leftRight += 1;
    if (isRight) this.right += 1;
    else addMinor(this.wrongMinor, line.currency, line.openMinor);
  }

  addRanked(first: Suggestion | undefined, isRight: boolean): void {
    if (first === undefined) return;
    const band = this.bandOf(first.score);
    band.suggested += 1;
    if (isRight) band.right += 1;
  }

  /** The highest score first. */
  bands(): readonly Band[] {
    return [...this.byScore.values()].sort((a, b) => b.from - a.from);
  }

  suggested(): Suggested {
    return { lines: this.lines, right: this.right, wrongMinor: this.wrongMinor };
  }

  private bandOf(score: number): Band {
    const from = Math.floor(score / bandWidth) * bandWidth;
    const band = this.byScore.get(from) ?? {
      from,
      ...{ automatic: 0, automaticRight: 0, left: 0, leftRight: 0, suggested: 0, right: 0 },
    };
    this.byScore.set(from, band);
    return band;
  }
}

export function addMinor(sums: Map<string, bigint>, currency: string, minor: bigint): void {
  sums.set(currency, (sums.get(currency) ?? 0n) + minor);
}
