import { type CandidateIndex, candidatesOf, itemsWithNumber } from "./candidates.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { MatchingBounds, MatchingProfile } from "./profile.ts";
import { hasSignal, scoreFrom } from "./score-pair.ts";
import { compareText, type Option } from "./solve-group.ts";
import type { Aliases, PairScore, ProposedPayment, ReasonNotAutomatic } from "./types.ts";

/** A scored pair that is worth showing, and what keeps it from being automatic by itself. */
export type Edge = PairScore & {
  readonly transaction: PreparedTransaction;
  readonly item: PreparedItem;
  readonly blocked: ReasonNotAutomatic | null;
};

/** The pairs of one transaction from the suggestion threshold on, best first. */
export function edgesOf(
  transaction: PreparedTransaction,
  index: CandidateIndex,
  profile: MatchingProfile,
  bounds: MatchingBounds,
  aliases: Aliases | undefined,
  declinedItemIds: ReadonlySet<string> | undefined,
): readonly Edge[] {
  const pairs: Omit<Edge, "blocked">[] = [];
  for (const item of candidatesOf(transaction, index, profile, bounds, aliases)) {
    if (declinedItemIds?.has(item.item.id)) continue;
    const pair = scoreFrom(profile.suggestionScoreMin, transaction, item, profile, aliases);
    if (pair !== null) pairs.push({ transaction, item, ...pair });
  }
  pairs.sort((a, b) => b.score - a.score || compareText(a.item.item.id, b.item.item.id));
  return pairs.map((pair) => ({ ...pair, blocked: blockedBy(pair, pairs, index) }));
}

/** The ways to use a transaction without a person, as far as this transaction alone can tell. */
export function optionsOf(
  edges: readonly Edge[],
  profile: MatchingProfile,
  bounds: MatchingBounds,
): readonly Option[] {
  const bundle = bundleOf(edges, profile, bounds);
  const singles = edges
    .filter((edge) => edge.blocked === null)
    .filter((edge) => edge.score >= profile.automaticScoreMin - profile.marginPoints)
    .map((edge) => singleOf(edge, profile));
  return bundle === null ? singles : [bundle, ...singles];
}

const exactAmounts = ["amount_exact", "amount_open_exact"] as const;
const namesAlike = ["name_exact", "name_tokens", "name_alias"] as const;
const numbersAlike = [
  "document_number_exact",
  "document_number_digits",
  "document_number_typo",
] as const;

function blockedBy(
  pair: Omit<Edge, "blocked">,
  rivals: readonly PairScore[],
  index: CandidateIndex,
): ReasonNotAutomatic | null {
  if (pair.transaction.transaction.pending) return "pending";
  const exactNumber = hasSignal(pair, "document_number_exact");
  const named = rivals.filter((rival) => hasSignal(rival, "document_number_exact"));
  if (hasSignal(pair, ...exactAmounts)) {
    // An item that exists is named, and it is not this one: then a slip is no slip.
    const otherNamed = !exactNumber && named.length > 0;
    if (otherNamed || hasSignal(pair, "document_number_other", "document_number_neighbour")) {
      return "other_number_named";
    }
    return hasSignal(pair, ...namesAlike, ...numbersAlike) ? null : "amount_only";
  }
  if (pair.transaction.transaction.openMinor > pair.item.item.openMinor) {
    return "amount_exceeds_open";
  }
  const unique = itemsWithNumber(index, pair.item.number.compact) === 1 && named.length === 1;
  if (!exactNumber || !unique) return "number_not_exact_or_not_unique";
  // The amount says another item of a name that fits: then the number may be the mistake.
  const contradicted = rivals.some(
    (rival) => hasSignal(rival, ...exactAmounts) && hasSignal(rival, ...namesAlike),
  );
  return contradicted ? "competing" : null;
}

function singleOf(edge: Edge, profile: MatchingProfile): Option {
  const transactionId = edge.transaction.transaction.id;
  const amountMinor = edge.transaction.transaction.openMinor;
  return {
    transactionId,
    payments: [paymentOf(transactionId, edge.item.item.id, amountMinor)],
    score: edge.score,
    evidence: edge.evidence,
    certain:
      edge.score >= profile.automaticScoreMin &&
      hasSignal(edge, "document_number_exact") &&
      hasSignal(edge, ...exactAmounts),
  };
}

/**
 * One payment for several documents: all items whose numbers the texts name, when their open
 * amounts sum to exactly what is paid. Its score is the sum of its pairs', each with the sum's
 * points in place of its own amount's.
 */
function bundleOf(
  edges: readonly Edge[],
  profile: MatchingProfile,
  bounds: MatchingBounds,
): Option | null {
  const named = edges.filter((edge) =>
    hasSignal(edge, "document_number_exact", "document_number_digits"),
  );
  const [first] = named;
  if (first === undefined || named.length < 2) return null;
  if (named.length > bounds.itemsOfBundleMax) return null;
  const { id: transactionId, openMinor, pending } = first.transaction.transaction;
  const numbers = new Set(named.map((edge) => edge.item.number.compact));
  const sum = named.reduce((total, edge) => total + edge.item.item.openMinor, 0n);
  if (pending || sum !== openMinor || numbers.size !== named.length) return null;
  const parts = named.map((edge) => asPartOfSum(edge, profile));
  const score = parts.reduce((total, part) => total + part.score, 0);
  if (score < profile.automaticScoreMin * parts.length) return null;
  return {
    transactionId,
    payments: named.map(({ item }) => paymentOf(transactionId, item.item.id, item.item.openMinor)),
    score,
    evidence: parts.flatMap((part) => part.evidence),
    certain: named.every((edge) => hasSignal(edge, "document_number_exact")),
  };
}

function asPartOfSum(edge: Edge, profile: MatchingProfile): PairScore {
  const points = profile.points.amount_sum_exact;
  const evidence = edge.evidence.map((entry) =>
    entry.signal.startsWith("amount_")
      ? { ...entry, signal: "amount_sum_exact" as const, points }
      : entry,
  );
  return { evidence, score: evidence.reduce((sum, entry) => sum + entry.points, 0) };
}

function paymentOf(transactionId: string, itemId: string, amountMinor: bigint): ProposedPayment {
  const transactionMinor = amountMinor;
  return { transactionId, itemId, kind: "payment", amountMinor, transactionMinor, rate: null };
}
