import type { CurrencyCode } from "../../core/currencies.ts";
import { proposeMatches } from "../../core/matching/propose-matches.ts";
import { suggestForTransaction } from "../../core/matching/suggest-for-transaction.ts";
import type { Evidence, ReasonNotAutomatic } from "../../core/matching/types.ts";
import type { Sql } from "../../db/sql.ts";
import type { OpenItem } from "../documents/open-item.ts";
import { readOpenItems } from "../documents/read-open-items.ts";
import { type TransactionForMatch, transactionForMatchColumns } from "./lock-for-match.sql.ts";
import { readSurroundings } from "./why-not/read-surroundings.ts";

/** An open item that a bank transaction could settle, for a person to choose. */
export interface MatchCandidate {
  readonly openItem: OpenItem;
  readonly score: number;
  /** The most that the transaction can put on it, in its currency. */
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly evidence: readonly Evidence[];
  /** Null when nothing speaks against matching it automatically: the next run will. */
  readonly reasonNotAutomatic: ReasonNotAutomatic | null;
}

/** The most candidates of one transaction. */
export const candidatesMax = 20;

/**
 * Open items for one bank transaction, the best first. None for what is matched, excluded or removed.
 * @param countMax 1 to candidatesMax
 */
export async function findCandidates(
  sql: Sql,
  transactionId: string,
  countMax: number,
): Promise<MatchCandidate[]> {
  const [transaction] = await sql.query<TransactionForMatch>(
    `SELECT ${transactionForMatchColumns} FROM bank_transaction WHERE id = $1`,
    [transactionId],
    "transaction_for_match",
  );
  if (
    !transaction ||
    !(transaction.status === "unmatched" || transaction.status === "part_matched")
  ) {
    return [];
  }
  const surroundings = await readSurroundings(sql, transaction, null);
  const { items, profiles, aliases, rates, declined } = surroundings;
  const ranked = suggestForTransaction(transaction, items, profiles, {
    ...{ aliases, declined, rates },
    candidatesMax: countMax,
  });
  // Why not by itself, as a run over these rows alone would see it.
  const proposal = proposeMatches({ ...surroundings, suggestPending: true });
  const reasons = new Map(
    proposal.suggestions
      .filter((one) => one.transactionId === transaction.id)
      .map((one) => [one.itemId, one.reasonNotAutomatic]),
  );
  const proposed = new Set(
    proposal.matches
      .filter((match) => match.transactionIds.includes(transaction.id))
      .flatMap((match) => match.payments.map(({ itemId }) => itemId)),
  );
  const openItems = new Map(
    (
      await readOpenItems(
        sql,
        ranked.map(({ itemId }) => itemId),
      )
    ).map((item) => [item.id, item]),
  );
  return ranked.flatMap(({ itemId, score, amountMinor, evidence }) => {
    const openItem = openItems.get(itemId);
    if (!openItem) return [];
    const reason = proposed.has(itemId) ? null : (reasons.get(itemId) ?? "below_threshold");
    const { currency } = openItem;
    return [{ openItem, score, amountMinor, currency, evidence, reasonNotAutomatic: reason }];
  });
}
