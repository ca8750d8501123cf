import type { ProposedMatch, Suggestion } from "../../../../server/src/core/matching/types.ts";
import { addMinor, type Band, Calibration, type Suggested } from "./calibration.ts";
import { byTransaction, type LabelledDecision } from "./decide-labelled.ts";
import type { LabelledSet, Situation, Truth } from "./labelled-set.ts";

/** Counts of bank lines. A line is right only if it was put on exactly the items that it belongs to. */
export type Tally = {
  /** Lines that belong to items, and those of them that can be told from the data. */
  belonging: number;
  decidable: number;
  automatic: number;
  right: number;
  /** Right ones where also the money and the residuals are as they truly were. */
  exactly: number;
  /** A right item is the first, or among the first three, that would be shown if nothing were automatic. */
  first: number;
  firstThree: number;
  /** Of those that can be told. */
  decidableFirstThree: number;
  /** Left for a person, though it belongs somewhere. */
  belongingLeft: number;
  /** Left for a person, though it belongs somewhere and can be told; and of these, a right item in the first three. */
  left: number;
  leftFirstThree: number;
};

export type WrongMatch = {
  readonly transactionId: string;
  readonly situation: Situation;
  readonly match: ProposedMatch;
};

export type Measures = {
  readonly all: Tally;
  readonly invoices: Tally;
  readonly demands: Tally;
  /** All but what the demand profile's own points leave in the queue, whoever decides by them. */
  readonly withinTable: Tally;
  readonly bySituation: ReadonlyMap<Situation, Tally>;
  /** Automatic matches of one line on several items. */
  readonly oneToMany: { readonly automatic: number; readonly right: number };
  readonly transfers: {
    readonly found: number;
    readonly right: number;
    readonly decidable: number;
  };
  /** By currency: put on an item that it does not belong to, or more than it settles of the right one. */
  readonly wrongMinor: ReadonlyMap<string, bigint>;
  readonly suggested: Suggested;
  /** How far a score can be believed. */
  readonly bands: readonly Band[];
  readonly wrong: readonly WrongMatch[];
  readonly boundedGroups: number;
};

/**
 * Demands whose points end below the 60 that their profile asks for: a part of the amount scores nothing, so that unit and
 * surname come to 50; the exact amount with the unit in the description comes to 50 as well.
 */
const leftByTable: readonly Situation[] = ["demand_part", "demand_unit_description"];

/** What the decisions on a labelled set are worth. */
export function measure(set: LabelledSet, decision: LabelledDecision): Measures {
  const tallies = new Map<Situation, Tally>();
  const currencies = new Map(set.items.map((item) => [item.id, item.currency]));
  const matchOf = new Map<string, ProposedMatch>();
  for (const match of decision.proposal.matches) {
    for (const id of match.transactionIds) matchOf.set(id, match);
  }
  const leftRanking = byTransaction(decision.proposal.suggestions);
  const wrong: WrongMatch[] = [];
  const wrongMinor = new Map<string, bigint>();
  const oneToMany = { automatic: 0, right: 0 };
  const calibration = new Calibration();
  for (const line of set.transactions) {
    const truth = set.truth.get(line.id) as Truth;
    const { situation, amounts } = truth;
    const tally = tallies.get(situation) ?? emptyTally();
    tallies.set(situation, tally);
    const isRight = (one: Suggestion | undefined) => one !== undefined && amounts.has(one.itemId);
    const ranked = decision.ranking.get(line.id) ?? [];
    calibration.addRanked(ranked[0], isRight(ranked[0]));
    tallyRanked(tally, truth, isRight(ranked[0]), ranked.slice(0, 3).some(isRight));
    const match = matchOf.get(line.id);
    if (match === undefined) {
      const shown = leftRanking.get(line.id) ?? [];
      calibration.addLeft(line, shown[0], isRight(shown[0]));
      tallyLeft(tally, truth, shown.slice(0, 3).some(isRight));
      continue;
    }
    const put = putBy(match, line.id);
    const right = isRightMatch(match, put, truth);
    calibration.addMatch(match, right);
    const single = match.transactionIds.length === 1;
    tally.automatic += 1;
    if (right) tally.right += 1;
    else wrong.push({ transactionId: line.id, situation, match });
    if (right && !(single && [...put].some(([id, minor]) => amounts.get(id) !== minor))) {
      tally.exactly += 1;
    }
    if (single && put.size > 1) oneToMany.automatic += 1;
    if (single && put.size > 1 && right) oneToMany.right += 1;
    for (const [itemId, minor] of put) {
      const due = truth.decidable ? (amounts.get(itemId) ?? 0n) : 0n;
      const surplus = right && !single ? 0n : minor - due;
      if (surplus > 0n) addMinor(wrongMinor, currencies.get(itemId) ?? "", surplus);
    }
  }
  const sumWhere = (isOf: (situation: Situation) => boolean) =>
    sumOf([...tallies].filter(([situation]) => isOf(situation)).map(([, tally]) => tally));
  return {
    all: sumWhere(() => true),
    invoices: sumWhere((situation) => !situation.startsWith("demand_")),
    demands: sumWhere((situation) => situation.startsWith("demand_")),
    withinTable: sumWhere((situation) => !leftByTable.includes(situation)),
    bySituation: tallies,
    ...{ oneToMany, wrongMinor, wrong },
    transfers: measureTransfers(set, decision),
    suggested: calibration.suggested(),
    bands: calibration.bands(),
    boundedGroups: decision.proposal.boundedGroups,
  };
}

function tallyRanked(tally: Tally, truth: Truth, first: boolean, firstThree: boolean): void {
  if (truth.amounts.size === 0) return;
  tally.belonging += 1;
  if (truth.decidable) tally.decidable += 1;
  if (first) tally.first += 1;
  if (firstThree) tally.firstThree += 1;
  if (firstThree && truth.decidable) tally.decidableFirstThree += 1;
}

function tallyLeft(tally: Tally, truth: Truth, firstThree: boolean): void {
  if (truth.amounts.size === 0) return;
  tally.belongingLeft += 1;
  if (!truth.decidable) return;
  tally.left += 1;
  if (firstThree) tally.leftFirstThree += 1;
}

export function precisionOf({ right, automatic }: { right: number; automatic: number }): number {
  return automatic === 0 ? 1 : right / automatic;
}

export function f1Of(tally: Tally): number {
  const precision = precisionOf(tally);
  const recall = tally.right / Math.max(1, tally.decidable);
  return (2 * precision * recall) / Math.max(1e-9, precision + recall);
}

/** What a match puts on each item from this line, residuals included. */
function putBy(match: ProposedMatch, transactionId: string): ReadonlyMap<string, bigint> {
  const put = new Map<string, bigint>();
  for (const payment of match.payments) {
    if (payment.transactionId !== transactionId) continue;
    put.set(payment.itemId, (put.get(payment.itemId) ?? 0n) + payment.amountMinor);
  }
  return put;
}

/** Of several lines together: they must be one true batch, on exactly its items. */
function isRightMatch(
  match: ProposedMatch,
  put: ReadonlyMap<string, bigint>,
  truth: Truth,
): boolean {
  if (!truth.decidable || truth.amounts.size === 0) return false;
  const known = (id: string) => truth.amounts.has(id);
  if (match.transactionIds.length === 1) {
    return put.size === truth.amounts.size && [...put.keys()].every(known);
  }
  const items = new Set(match.payments.map((payment) => payment.itemId));
  if (items.size !== truth.amounts.size || ![...items].every(known)) return false;
  // Named instalments of one item may come as one match; of a batch all lines must be there.
  if (truth.batch === null) return truth.amounts.size === 1;
  return (
    truth.batch.length === match.transactionIds.length &&
    truth.batch.every((id) => match.transactionIds.includes(id))
  );
}

function measureTransfers(set: LabelledSet, { transfers }: LabelledDecision) {
  const right = transfers.filter((pair) => {
    const truth = set.truth.get(pair.outTransactionId);
    return truth?.decidable === true && truth.transferId === pair.inTransactionId;
  }).length;
  const lines = [...set.truth.values()].filter(
    (truth) => truth.transferId !== null && truth.decidable,
  ).length;
  return { found: transfers.length, right, decidable: lines / 2 };
}

function emptyTally(): Tally {
  return {
    ...{ belonging: 0, decidable: 0, automatic: 0, right: 0, exactly: 0 },
    ...{
      first: 0,
      firstThree: 0,
      decidableFirstThree: 0,
      belongingLeft: 0,
      left: 0,
      leftFirstThree: 0,
    },
  };
}

function sumOf(tallies: readonly Tally[]): Tally {
  const sum = emptyTally();
  for (const tally of tallies) {
    for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key];
  }
  return sum;
}
