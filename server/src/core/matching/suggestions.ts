import type { MatchingContext } from "./context.ts";
import { evidenceOf } from "./evidence.ts";
import { compareText, type Edge, type Option } from "./option.ts";
import type { PreparedItem } from "./prepare.ts";
import type { ReasonNotAutomatic, Suggestion } from "./types.ts";

/**
 * What is left for a person: of each transaction that is not matched its best pairs, each with why it was not taken and
 * with what competes for it on both sides. A sum that was found and not taken shows on its pairs.
 */
export function suggestionsOf(
  edges: readonly (readonly Edge[])[],
  sums: readonly Option[],
  taken: readonly Option[],
  { open, bounds }: MatchingContext,
): readonly Suggestion[] {
  const matched = new Set(taken.flatMap((option) => option.transactions));
  for (const sum of sums) for (const part of sum.pairs) showAsPart(sum, part);
  const shown = edges
    .filter((own) => own[0] !== undefined && !matched.has(own[0].pair.transaction))
    .map((own) =>
      own
        .filter(({ pair }) => pair.score >= pair.profile.suggestionScoreMin)
        .filter(({ pair }) => (open[pair.item.place] ?? 0) > 0)
        .sort((a, b) => b.pair.score - a.pair.score || a.pair.item.place - b.pair.item.place)
        .slice(0, bounds.suggestionsOfTransactionMax),
    );
  const byItem = new Map<PreparedItem, Edge[]>();
  for (const edge of shown.flat()) {
    const own = byItem.get(edge.pair.item);
    if (own === undefined) byItem.set(edge.pair.item, [edge]);
    else own.push(edge);
  }
  return shown.flatMap((own) =>
    own.map((edge) => suggestionOf(edge, own, byItem.get(edge.pair.item) ?? [])),
  );
}

function showAsPart({ edges }: Option, part: Edge["pair"]): void {
  for (const edge of edges) {
    const { transaction, item } = edge.pair;
    if (transaction === part.transaction && item === part.item) edge.pair = part;
  }
}

function suggestionOf(
  edge: Edge,
  ofTransaction: readonly Edge[],
  ofItem: readonly Edge[],
): Suggestion {
  const { transaction, item } = edge.pair;
  const isRival = (other: Edge) =>
    other !== edge && other.pair.score >= edge.pair.score - edge.pair.profile.marginPoints;
  return {
    transactionId: transaction.transaction.id,
    itemId: item.item.id,
    score: edge.pair.score,
    evidence: evidenceOf(edge.pair),
    reasonNotAutomatic: reasonOf(edge),
    rivalItemIds: ofTransaction.filter(isRival).map(({ pair }) => pair.item.item.id),
    rivalTransactionIds: ofItem
      .filter(isRival)
      .map(({ pair }) => pair.transaction.transaction.id)
      .sort(compareText),
  };
}

function reasonOf({ pair, blocked, refused }: Edge): ReasonNotAutomatic {
  const isPart = pair.amount.signal === "amount_sum_exact";
  if (refused === "automatic_off") return refused;
  if (refused === "group_too_large" && blocked === "amount_exceeds_open") return refused;
  if (blocked !== null && !(isPart && refused !== null)) return blocked;
  if (pair.score < pair.profile.automaticScoreMin) return "below_threshold";
  return refused ?? "competing";
}
