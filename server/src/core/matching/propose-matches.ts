import { addAll } from "../lists.ts";
import { byId } from "./by-id.ts";
import { ItemIndex } from "./candidates.ts";
import type { MatchingContext } from "./context.ts";
import { decide, takeCertain } from "./decide.ts";
import { differenceOptions } from "./differences.ts";
import { gatherOptions, type LeftTransaction } from "./gather-options.ts";
import { compareText, type Edge, type Option } from "./option.ts";
import {
  certainOptionsOf,
  mayBeTaken,
  type OptionsOfTransaction,
  optionsOf,
} from "./options-of-transaction.ts";
import { partsBesideOthers } from "./parts-beside.ts";
import {
  matchableMinorMax,
  type PreparedTransaction,
  prepareItem,
  prepareTransaction,
  Texts,
} from "./prepare.ts";
import { type MatchingBounds, type MatchingProfiles, matchingBounds } from "./profile.ts";
import { matchesOf } from "./proposed-match.ts";
import type { RateTable } from "./rates.ts";
import { ClientIndex } from "./resolve-client.ts";
import { letGoShortPayments } from "./short-payments.ts";
import { suggestionsOf } from "./suggestions.ts";
import type {
  Aliases,
  DeclinedPair,
  MatchableItem,
  MatchableTransaction,
  Proposal,
  ProposedMatch,
} from "./types.ts";

export type MatchingInput = {
  readonly transactions: readonly MatchableTransaction[];
  readonly items: readonly MatchableItem[];
  readonly profiles: MatchingProfiles;
  readonly aliases?: Aliases;
  /** Pairs that a person declined: neither matched nor suggested again. */
  readonly declined?: readonly DeclinedPair[];
  /** Suggest items for pending transactions too. They are never matched automatically. */
  readonly suggestPending?: boolean;
  /** For items in another currency than the transaction. Without it they do not meet. */
  readonly rates?: RateTable;
  /** False where only the automatic matches are wanted. */
  readonly suggestions?: boolean;
  /** Families in which nothing is matched without a person: there, what would be is suggested. */
  readonly automatic?: { readonly invoice: boolean; readonly demand: boolean };
  /** Told the share that is done, 0 to 1, some hundred times. */
  readonly onProgress?: (share: number) => void;
  readonly bounds?: MatchingBounds;
};

/**
 * Proposes the automatic matches and the suggestions for a whole set of transactions and open items.
 *
 * Money in settles invoices and demands, money out settles expenses. What is certain and uncontested is taken first; the
 * rest is solved in connected groups for the best total, and taken where every other solution is worse by a margin. The
 * result does not depend on the order of the input; no transaction gives and no item takes more than is open. A refund
 * that would reopen an item is not looked for. Amounts beyond some 70,000,000,000,000 minor units are left out.
 */
export function proposeMatches(input: MatchingInput): Proposal {
  const matches: ProposedMatch[] = [];
  const steps = proposeInSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done) {
      matches.sort((a, b) => compareText(a.transactionIds[0] ?? "", b.transactionIds[0] ?? ""));
      return { matches, ...step.value };
    }
    for (const match of step.value) matches.push(match);
  }
}

/** What is left to tell at the end of the steps. */
export type EndOfSteps = Omit<Proposal, "matches">;

/**
 * As proposeMatches, some milliseconds at a time: each step yields the matches that are final by then, often none, so
 * that whoever writes them need not wait for the rest. Those that share an item come together.
 */
export function* proposeInSteps(input: MatchingInput): Steps {
  const progress = reportProgress(input);
  const into = yield* proposeOneWay(
    input,
    (kind) => kind !== "expense",
    (amount) => amount > 0n,
    progress,
  );
  const out = yield* proposeOneWay(
    input,
    (kind) => kind === "expense",
    (amount) => amount < 0n,
    progress,
  );
  input.onProgress?.(1);
  return {
    boundedGroups: into.boundedGroups + out.boundedGroups,
    suggestions: [...into.suggestions, ...out.suggestions].sort(
      (a, b) =>
        compareText(a.transactionId, b.transactionId) ||
        b.score - a.score ||
        compareText(a.itemId, b.itemId),
    ),
  };
}

type Steps = Generator<readonly ProposedMatch[], EndOfSteps>;

const transactionsOfStep = 200;
const matchesOfStep = 500;
const nothing: EndOfSteps = { suggestions: [], boundedGroups: 0 };

/** Money in, or money out: the two never meet. */
function* proposeOneWay(
  input: MatchingInput,
  isKind: (kind: MatchableItem["kind"]) => boolean,
  isDirection: (amountMinor: bigint) => boolean,
  progress: () => void,
): Steps {
  const items = input.items.filter(
    (item) => isKind(item.kind) && item.openMinor > 0n && item.openMinor <= matchableMinorMax,
  );
  const transactions = input.transactions.filter(
    (one) =>
      isDirection(one.amountMinor) &&
      one.openMinor > 0n &&
      one.openMinor <= matchableMinorMax &&
      (!one.pending || input.suggestPending === true),
  );
  if (items.length === 0 || transactions.length === 0) return nothing;
  const texts = new Texts();
  const context = contextOf(input, items, texts);
  const prepared = byId(transactions).map((one, place) => prepareTransaction(one, texts, place));
  const everyLine = () => {
    const pending = input.transactions.filter(
      (one) => one.pending && input.suggestPending !== true && isDirection(one.amountMinor),
    );
    return [...prepared, ...pending.map((one) => prepareTransaction(one, texts))];
  };
  return yield* proposeIn(context, prepared, everyLine, progress);
}

function* proposeIn(
  context: MatchingContext,
  prepared: readonly PreparedTransaction[],
  everyLine: () => readonly PreparedTransaction[],
  progress: () => void,
): Steps {
  const certain: Option[] = [];
  for (const transaction of prepared) {
    progress();
    if (transaction.place % transactionsOfStep === 0) yield [];
    addAll(certain, certainOptionsOf(context, transaction));
  }
  const taken: Option[] = [...takeCertain(certain, context.open)];
  yield* matchesInSteps(taken);
  const used = new Set(taken.flatMap(({ transactions }) => transactions.map(({ place }) => place)));
  const options: Option[] = [];
  const edges: (readonly Edge[])[] = [];
  const asked: OptionsOfTransaction[] = [];
  const left: LeftTransaction[] = [];
  const sums: Option[] = [];
  const boundedClients = new Set<unknown>();
  for (const transaction of prepared) {
    progress();
    if (transaction.place % transactionsOfStep === 0) yield [];
    if (used.has(transaction.place)) continue;
    const own = optionsOf(context, transaction);
    edges.push(own.edges);
    addAll(options, own.options);
    if (own.sum !== null) sums.push(own.sum);
    if (own.options.length === 0) left.push(own);
    if (own.bounded) {
      boundedClients.add(own.client);
      for (const edge of own.edges) edge.refused = "group_too_large";
    }
    asked.push(own);
  }
  const gathered = gatherOptions(left, context);
  yield [];
  addAll(sums, gathered.options);
  addAll(options, gathered.options);
  addAll(options, partsBesideOthers(options));
  const decision = decide(options, context.open, prepared.length, context.bounds, (option) =>
    mayBeTaken(option, context),
  );
  const decided = letGoShortPayments(decision.taken, everyLine, context);
  addAll(taken, decided);
  yield* matchesInSteps(decided);
  const byDifference = differenceOptions(asked, options, taken, context);
  const different = decide(byDifference, context.open, prepared.length, context.bounds, (option) =>
    mayBeTaken(option, context),
  );
  addAll(taken, different.taken);
  yield* matchesInSteps(different.taken);
  return {
    suggestions: context.wantsSuggestions ? suggestionsOf(edges, sums, taken, context) : [],
    boundedGroups: decision.boundedGroups + gathered.bounded + boundedClients.size,
  };
}

function* matchesInSteps(taken: readonly Option[]): Generator<readonly ProposedMatch[], void> {
  const place = ({ lines }: Option) => lines[0]?.item.place ?? 0;
  const byItem = [...taken].sort((a, b) => place(a) - place(b));
  for (let start = 0; start < byItem.length; start += matchesOfStep) {
    yield matchesOf(byItem.slice(start, start + matchesOfStep));
  }
}

function contextOf(
  input: MatchingInput,
  items: readonly MatchableItem[],
  texts: Texts,
): MatchingContext {
  const { rates, profiles, bounds = matchingBounds } = input;
  const prepared = byId(items).map((item, place) => prepareItem(item, texts, place));
  const declined = new Map<string, Set<string>>();
  for (const { transactionId, itemId } of input.declined ?? []) {
    declined.set(transactionId, (declined.get(transactionId) ?? new Set()).add(itemId));
  }
  return {
    ...{ rates, profiles, bounds },
    index: new ItemIndex(prepared, bounds),
    clients: new ClientIndex(prepared, input.aliases),
    open: Float64Array.from(prepared, ({ openMinor }) => openMinor),
    wantsSuggestions: input.suggestions !== false,
    automatic: input.automatic ?? { invoice: true, demand: true },
    isDeclined: (transactionId, itemId) =>
      declined.size > 0 && declined.get(transactionId)?.has(itemId) === true,
  };
}

/** Counted over both ways and both passes. */
function reportProgress({ transactions, onProgress }: MatchingInput): () => void {
  if (onProgress === undefined) return () => undefined;
  const steps = transactions.length * 2;
  const stepsOfReport = Math.max(1, Math.floor(steps / 200));
  let done = 0;
  return () => {
    done += 1;
    if (done % stepsOfReport === 0) onProgress(Math.min(1, done / steps));
  };
}
