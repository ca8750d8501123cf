import type { TenantTransaction } from "../../db/as-organisation.ts";
import { withdrawOffers } from "../accounting/payments/offer-payments.ts";

export interface EndedMatch {
  readonly id: string;
  readonly origin: "automatic" | "manual";
  /** What it had linked, each pair once. */
  readonly payments: readonly MatchedPair[];
}

export interface MatchedPair {
  readonly transactionId: string;
  readonly openItemId: string;
}

export interface EndedMatches {
  /** Those that were live; others had been undone already. */
  readonly matches: readonly EndedMatch[];
  /** Items that were made from a bank transaction and went with their match. */
  readonly voidedItems: readonly { readonly id: string; readonly number: string }[];
}

/**
 * Ends matches and their payments, however many, in a handful of statements. An item that was made from a bank
 * transaction is voided with its match, and the transaction gets back the category that it had, unless somebody has
 * given it another since. The caller has locked the transactions and the items (readBothSides) and tells of the change
 * (noteMatchChange).
 */
export async function endMatches(
  tx: TenantTransaction,
  matchIds: readonly string[],
  ended: { readonly by: string; readonly at: Date; readonly reason: string | null },
): Promise<EndedMatches> {
  const rows = await tx.query<{ id: string; origin: EndedMatch["origin"] }>(
    `UPDATE match SET voided_at = $2, voided_by = $3, void_reason = $4
     WHERE id = ANY ($1::uuid[]) AND voided_at IS NULL RETURNING id, origin`,
    [matchIds, ended.at, ended.by, ended.reason],
  );
  const ids = rows.map(({ id }) => id);
  const lines = await tx.query<MatchedPair & { matchId: string }>(
    `UPDATE payment SET voided_at = $2 WHERE match_id = ANY ($1::uuid[]) AND voided_at IS NULL
     RETURNING match_id AS "matchId", transaction_id AS "transactionId", open_item_id AS "openItemId"`,
    [ids, ended.at],
  );
  await withdrawOffers(tx, ids, ended.at);
  const pairs = new Map(ids.map((id) => [id, new Map<string, MatchedPair>()]));
  for (const { matchId, transactionId, openItemId } of lines) {
    pairs.get(matchId)?.set(`${transactionId} ${openItemId}`, { transactionId, openItemId });
  }
  return {
    matches: rows.map((row) => ({ ...row, payments: [...(pairs.get(row.id)?.values() ?? [])] })),
    voidedItems: await voidStandalone(
      tx,
      [...new Set(lines.map((line) => line.openItemId))],
      ended.at,
    ),
  };
}

function voidStandalone(tx: TenantTransaction, openItemIds: readonly string[], at: Date) {
  return tx.query<{ id: string; number: string }>(
    `WITH gone AS (
       UPDATE open_item SET voided_at = $2, updated_at = $2
       WHERE id = ANY ($1::uuid[]) AND standalone_of IS NOT NULL AND allocated_minor = 0 AND voided_at IS NULL
       RETURNING id, number, standalone_of, standalone_before AS before
     ), restored AS (
       UPDATE bank_transaction t SET category_id = (gone.before->>'categoryId')::uuid,
         category_by_person = (gone.before->>'byPerson')::boolean, updated_at = $2
       FROM gone WHERE t.id = gone.standalone_of AND t.category_id = (gone.before->>'given')::uuid
     )
     SELECT id, number FROM gone`,
    [openItemIds, at],
  );
}
