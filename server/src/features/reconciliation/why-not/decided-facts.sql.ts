import type { Sql } from "../../../db/sql.ts";
import type { Match } from "../match.ts";
import { readMatchesOfOpenItems, readMatchesOfTransactions } from "../read-matches.sql.ts";
import { readTransfersOfTransactions } from "../transfers/transfer.ts";

/** Who decided something, and when. */
export interface Decided {
  readonly by: string | null;
  readonly at: Date | null;
  /** In that person's words. */
  readonly reason: string | null;
}

/** What has been decided already about a transaction, an open item and the two of them. */
export interface DecidedFacts {
  /** Live ones that have the transaction, and that have the open item. */
  readonly ofTransaction: readonly Match[];
  readonly ofItem: readonly Match[];
  readonly excluded: Decided | null;
  readonly removed: Decided | null;
  readonly itemVoided: Decided | null;
  readonly declined: Decided | null;
  /** The transfer that the transaction is a side of; the other account's name where it is one of ours. */
  readonly transfer: (Decided & { readonly otherAccount: string | null }) | null;
  /** The names of the blocks that the two belong to. */
  readonly transactionBlock: string | null;
  readonly itemBlock: string | null;
}

interface FactsRow {
  readonly excludedAt: Date | null;
  readonly excludedBy: string | null;
  readonly exclusionReason: string | null;
  readonly removedAt: Date | null;
  readonly voidedAt: Date | null;
  readonly voidedBy: string | null;
  readonly declinedAt: Date | null;
  readonly declinedBy: string | null;
  readonly transactionBlock: string | null;
  readonly itemBlock: string | null;
}

/** Both must exist. */
export async function readDecidedFacts(
  sql: Sql,
  transactionId: string,
  openItemId: string,
): Promise<DecidedFacts> {
  const [row] = await sql.query<FactsRow>(
    `SELECT t.excluded_at AS "excludedAt", t.excluded_by AS "excludedBy", t.exclusion_reason AS "exclusionReason",
       t.removed_at AS "removedAt", o.voided_at AS "voidedAt",
       (SELECT a.actor_name FROM audit_entry a WHERE a.subject_id = o.id AND a.action = 'open_item.voided'
        ORDER BY a.created_at DESC, a.id DESC LIMIT 1) AS "voidedBy",
       d.declined_at AS "declinedAt", d.declined_by AS "declinedBy",
       (SELECT b.name FROM financial_account f JOIN block b ON b.id = f.block_id WHERE f.id = t.account_id) AS "transactionBlock",
       (SELECT b.name FROM block b WHERE b.id = o.block_id) AS "itemBlock"
     FROM bank_transaction t CROSS JOIN open_item o
     LEFT JOIN declined_pair d ON d.transaction_id = t.id AND d.open_item_id = o.id
     WHERE t.id = $1 AND o.id = $2`,
    [transactionId, openItemId],
  );
  const ofTransaction = await readMatchesOfTransactions(sql, [transactionId]);
  const ofItem = await readMatchesOfOpenItems(sql, [openItemId]);
  const decided = (at: Date | null | undefined, by?: string | null, reason?: string | null) =>
    at == null ? null : { at, by: by ?? null, reason: reason ?? null };
  return {
    ofTransaction: ofTransaction.get(transactionId) ?? [],
    ofItem: ofItem.get(openItemId) ?? [],
    excluded: decided(row?.excludedAt, row?.excludedBy, row?.exclusionReason),
    removed: decided(row?.removedAt),
    itemVoided: decided(row?.voidedAt, row?.voidedBy),
    declined: decided(row?.declinedAt, row?.declinedBy),
    transfer: await readTransfer(sql, transactionId),
    transactionBlock: row?.transactionBlock ?? null,
    itemBlock: row?.itemBlock ?? null,
  };
}

async function readTransfer(sql: Sql, transactionId: string): Promise<DecidedFacts["transfer"]> {
  const transfer = (await readTransfersOfTransactions(sql, [transactionId])).get(transactionId);
  if (!transfer) return null;
  const { outTransactionId, inTransactionId, decidedBy, decidedAt } = transfer;
  const otherId = outTransactionId === transactionId ? inTransactionId : outTransactionId;
  const [other] = await sql.query<{ name: string }>(
    `SELECT a.name FROM bank_transaction t JOIN financial_account a ON a.id = t.account_id WHERE t.id = $1`,
    [otherId],
  );
  return { by: decidedBy, at: decidedAt, reason: null, otherAccount: other?.name ?? null };
}
