import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { Viewer } from "../../viewer.ts";
import { endTransfers } from "../undo/end-transfers.sql.ts";
import { lockLines } from "./lock-lines.sql.ts";
import { readTransfersOfTransactions } from "./transfer.ts";
import { linesOf, noteTransfers } from "./write-transfers.sql.ts";

/**
 * Voids the live transfers of bank transactions that the bank has changed or removed: the other side comes back in. The
 * pair is not remembered as none, and a rule may take the lines for a transfer again.
 * @returns the ids of every line whose transfer was voided, the given ones and their other sides
 */
export async function voidTransfersOf(
  tx: TenantTransaction,
  transactionIds: readonly string[],
  { reason, at, viewer }: { reason: string; at: Date; viewer: Viewer },
): Promise<string[]> {
  const live = await readTransfersOfTransactions(tx, transactionIds);
  if (live.size === 0) return [];
  const transfers = [...new Map([...live.values()].map((each) => [each.id, each])).values()];
  const lines = linesOf(transfers);
  await lockLines(tx, lines);
  const ended = { by: viewer.actor.name, at, reason, declined: false };
  await endTransfers(
    tx,
    transfers.map(({ id }) => id),
    ended,
  );
  await tx.query(
    `UPDATE rule_hit SET undone_at = $2, undone_by = $3, detail = detail || '{"mayActAgain": true}'
     WHERE transaction_id = ANY ($1::uuid[]) AND action = 'transfer' AND undone_at IS NULL`,
    [lines, at, ended.by],
  );
  await noteTransfers(tx, viewer, "transfer.undone", transfers, { reason });
  return lines;
}
