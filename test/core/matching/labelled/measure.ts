import type { ProposedMatch } from "../../../../server/src/core/matching/types.ts";
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
  /** Left for a person, though it belongs somewhere and can be told; and of these, a right item in the first three. */
  left: number;
  leftFirstThree: number;
};

export type Band = { readonly from: number; suggested: number; right: number };

export type WrongMatch = {
  readonly transactionId: string;
  readonly situation: Situation;
  readonly match: ProposedMatch;
};

export type Measures = {
  readonly all: Tally;
  readonly invoices: Tally;
  readonly demands: Tally;
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
  /** The first suggestion of each line by its score, where nothing is automatic: how often it is right. */
  readonly bands: readonly Band[];
  readonly wrong: readonly WrongMatch[];
  readonly boundedGroups: number;
};

const bandWidth = 10;

/** What the decisions on a labelled set are worth. */
export function measure(set: LabelledSet, decision: LabelledDecision): Measures {
  const tallies = new Map<Situation, Tally>();
  const tallyOf = (situation: Situation) => {
    const tally = tallies.get(situation) ?? emptyTally();
    tallies.set(situation, tally);
    return tally;
  };
  const currencies = new Map(set.items.map((item) => [item.id, item.currency]));
  const matchOf = new Map<string, ProposedMatch>();
  for (const match of decision.proposal.matches) {
    for (const id of match.transactionIds) matchOf.set(id, match);
  }
  const leftRanking = byTransaction(decision.proposal.suggestions);
  const wrong: WrongMatch[] = [];
  const wrongMinor = new Map<string, bigint>();
  const oneToMany = { automatic: 0, right: 0 };
  const bands = new Map<number, Band>();
  for (const [transactionId, truth] of set.truth) {
    const tally = tallyOf(truth.situation);
    const belongs = truth.amounts.size > 0;
    if (belongs) tally.belonging += 1;
    if (belongs && truth.decidable) tally.decidable += 1;
    const ranked = decision.ranking.get(transactionId) ?? [];
    const isRight = (one: { readonly itemId: string }) => truth.amounts.has(one.itemId);
    if (belongs && ranked.slice(0, 1).some(isRight)) tally.first += 1;
    if (belongs && ranked.slice(0, 3).some(isRight)) tally.firstThree += 1;
    const [best] = ranked;
    if (best !== undefined) {
      const from = Math.floor(best.score / bandWidth) * bandWidth;
      const band = bands.get(from) ?? { from, suggested: 0, right: 0 };
      bands.set(from, band);
      band.suggested += 1;
      if (isRight(best)) band.right += 1;
    }
    const match = matchOf.get(transactionId);
    if (match === undefined) {
      if (belongs && truth.decidable) {
        tally.left += 1;
        const shown = leftRanking.get(transactionId) ?? [];
        if (shown.slice(0, 3).some(isRight)) tally.leftFirstThree += 1;
      }
      continue;
    }
    tally.automatic += 1;
    const put = putBy(match, transactionId);
    const right = isRightMatch(match, put, truth);
    const several = match.transactionIds.length === 1 && put.size > 1;
    if (several) oneToMany.automatic += 1;
    if (several && right) oneToMany.right += 1;
    if (right) tally.right += 1;
    else wrong.push({ transactionId, situation: truth.situation, match });
    if (right && match.transactionIds.length === 1) {
      if ([...put].every(([id, minor]) => truth.amounts.get(id) === minor)) tally.exactly += 1;
    } else if (right) tally.exactly += 1;
    const many = match.transactionIds.length > 1;
    for (const [itemId, minor] of put) {
      const due = truth.decidable ? (truth.amounts.get(itemId) ?? 0n) : 0n;
      const surplus = right && many ? 0n : minor - due;
      const currency = currencies.get(itemId) ?? "";
      if (surplus > 0n) wrongMinor.set(currency, (wrongMinor.get(currency) ?? 0n) + surplus);
    }
  }
  const isDemand = ([situation]: [Situation, Tally]) => situation.startsWith("demand_");
  return {
    all: sumOf([...tallies.values()]),
    invoices: sumOf([...tallies].filter((one) => !isDemand(one)).map(([, tally]) => tally)),
    demands: sumOf([...tallies].filter(isDemand).map(([, tally]) => tally)),
    bySituation: tallies,
    oneToMany,
    transfers: measureTransfers(set, decision),
    wrongMinor,
    bands: [...bands.values()].sort((a, b) => b.from - a.from),
    wrong,
    boundedGroups: decision.proposal.boundedGroups,
  };
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
    ...{ first: 0, firstThree: 0, left: 0, leftFirstThree: 0 },
  };
}

function sumOf(tallies: readonly Tally[]): Tally {
  const sum = emptyTally();
  for (const tally of tallies) {
    for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key];
  }
  return sum;
}
