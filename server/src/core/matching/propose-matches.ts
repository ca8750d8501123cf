import { indexItems } from "./candidates.ts";
import { type Decision, decide, pairKey } from "./decide.ts";
import { type Edge, edgesOf, optionsOf } from "./options.ts";
import { prepareItem, prepareTransaction } from "./prepare.ts";
import {
  type MatchingBounds,
  type MatchingProfile,
  type MatchingProfiles,
  matchingBounds,
} from "./profile.ts";
import type { RateTable } from "./rates.ts";
import { compareText, type Option } from "./solve-group.ts";
import type {
  Aliases,
  DeclinedPair,
  MatchableItem,
  MatchableTransaction,
  Proposal,
  ProposedMatch,
  ReasonNotAutomatic,
  Suggestion,
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
 * Money in settles invoices, money out settles expenses, each in its own currency. The result does
 * not depend on the order of the input; no transaction gives and no item takes more than is open.
 * A refund that would reopen an item is not looked for.
 */
export function proposeMatches(input: MatchingInput): Proposal {
  const books = partition(input);
  const proposals = [...books.values()].map((book) => proposeForBook(book, input));
  return {
    boundedGroups: proposals.reduce((sum, { boundedGroups }) => sum + boundedGroups, 0),
    matches: proposals
      .flatMap((proposal) => proposal.matches)
      .sort((a, b) => compareText(a.transactionIds[0] ?? "", b.transactionIds[0] ?? "")),
    suggestions: proposals
      .flatMap((proposal) => proposal.suggestions)
      .sort(
        (a, b) =>
          compareText(a.transactionId, b.transactionId) ||
          b.score - a.score ||
          compareText(a.itemId, b.itemId),
      ),
  };
}

/** Transactions and items that can meet: one kind of item, one currency. */
type Book = { transactions: MatchableTransaction[]; items: MatchableItem[] };

function partition(input: MatchingInput): ReadonlyMap<string, Book> {
  const books = new Map<string, Book>();
  const bookOf = (kind: MatchableItem["kind"], currency: string): Book => {
    const key = `${kind} ${currency}`;
    const book = books.get(key) ?? { transactions: [], items: [] };
    books.set(key, book);
    return book;
  };
  for (const item of input.items) {
    if (item.openMinor > 0n) bookOf(item.kind, item.currency).items.push(item);
  }
  for (const transaction of input.transactions) {
    if (transaction.openMinor <= 0n || transaction.amountMinor === 0n) continue;
    if (transaction.pending && input.suggestPending !== true) continue;
    const kind = transaction.amountMinor > 0n ? "invoice" : "expense";
    bookOf(kind, transaction.currency).transactions.push(transaction);
  }
  return books;
}

function proposeForBook(book: Book, input: MatchingInput): Proposal {
  const { aliases, bounds = matchingBounds } = input;
  const profile = input.profiles.invoice;
  const declined = declinedItems(input.declined ?? []);
  const items = [...book.items].sort((a, b) => compareText(a.id, b.id)).map(prepareItem);
  const index = indexItems(items, profile);
  const edges = new Map<string, readonly Edge[]>();
  const options: Option[] = [];
  for (const transaction of book.transactions.map(prepareTransaction)) {
    const notAgain = declined.get(transaction.transaction.id);
    const own = edgesOf(transaction, index, profile, bounds, aliases, notAgain);
    edges.set(transaction.transaction.id, own);
    options.push(...optionsOf(own, profile, bounds));
  }
  const openMinor = new Map(items.map(({ item }) => [item.id, item.openMinor]));
  const decision = decide(options, openMinor, profile, bounds);
  return {
    matches: matchesOf(decision, edges, profile),
    suggestions: input.suggestions === false ? [] : suggestionsOf(decision, edges, profile, bounds),
    boundedGroups: decision.boundedGroups,
  };
}

function declinedItems(pairs: readonly DeclinedPair[]): ReadonlyMap<string, ReadonlySet<string>> {
  const items = new Map<string, Set<string>>();
  for (const { transactionId, itemId } of pairs) {
    items.set(transactionId, (items.get(transactionId) ?? new Set()).add(itemId));
  }
  return items;
}

function matchesOf(
  decision: Decision,
  edges: ReadonlyMap<string, readonly Edge[]>,
  profile: MatchingProfile,
): readonly ProposedMatch[] {
  const bookedOn = (option: Option) =>
    edges.get(option.transactionId)?.[0]?.transaction.transaction.bookedOn ?? "";
  // In the order of booking, so that each part payment states what was left after it.
  const inOrder = [...decision.taken].sort(
    (a, b) =>
      compareText(bookedOn(a), bookedOn(b)) || compareText(a.transactionId, b.transactionId),
  );
  return inOrder.map((option) => {
    return {
      transactionIds: [option.transactionId],
      payments: option.payments,
      score: option.score,
      certainty: option.certain ? "certain" : "strong",
      evidence: option.evidence,
      profile: { name: profile.name, version: profile.version },
    };
  });
}

function suggestionsOf(
  decision: Decision,
  edges: ReadonlyMap<string, readonly Edge[]>,
  profile: MatchingProfile,
  bounds: MatchingBounds,
): readonly Suggestion[] {
  const matched = new Set(decision.taken.map((option) => option.transactionId));
  const shown = [...edges]
    .filter(([transactionId]) => !matched.has(transactionId))
    .map(([, own]) =>
      own
        .filter((edge) => (decision.openMinor.get(edge.item.item.id) ?? 0n) > 0n)
        .slice(0, bounds.suggestionsOfTransactionMax),
    );
  const byItem = new Map<string, Edge[]>();
  for (const edge of shown.flat()) {
    const own = byItem.get(edge.item.item.id);
    if (own === undefined) byItem.set(edge.item.item.id, [edge]);
    else own.push(edge);
  }
  const isRival = (edge: Edge, other: Edge) =>
    other !== edge && other.score >= edge.score - profile.marginPoints;
  return shown.flatMap((own) =>
    own.map((edge) => ({
      transactionId: edge.transaction.transaction.id,
      itemId: edge.item.item.id,
      score: edge.score,
      evidence: edge.evidence,
      reasonNotAutomatic: reasonOf(edge, decision, profile),
      rivalItemIds: own.filter((other) => isRival(edge, other)).map((other) => other.item.item.id),
      rivalTransactionIds: (byItem.get(edge.item.item.id) ?? [])
        .filter((other) => isRival(edge, other))
        .map((other) => other.transaction.transaction.id)
        .sort(compareText),
    })),
  );
}

function reasonOf(edge: Edge, decision: Decision, profile: MatchingProfile): ReasonNotAutomatic {
  if (edge.blocked !== null) return edge.blocked;
  if (edge.score < profile.automaticScoreMin) return "below_threshold";
  const key = pairKey(edge.transaction.transaction.id, edge.item.item.id);
  return decision.refused.get(key) ?? "competing";
}
