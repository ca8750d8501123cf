import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { readBothSides } from "../reconciliation/lock-for-match.sql.ts";
import type { BankTransaction } from "../transactions/bank-transaction.ts";
import { emitTransactionsChanged } from "../transactions/emit-transactions-changed.ts";
import { readTransactions } from "../transactions/read-transactions.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type DeclinedTransfer, declinedTransferColumns } from "./declined.ts";

/**
 * Forgets that an open item is not what a bank transaction paid: it may be suggested and matched again. Queues matching.
 * @throws Forbidden, NotFound
 */
export async function forgetDeclinedPair(
  app: App,
  viewer: Viewer,
  pair: { transactionId: string; openItemId: string },
): Promise<BankTransaction> {
  authorise(viewer, "matching:manage");
  const transactionIds = knownIds([pair.transactionId], "declined pair");
  const openItemIds = knownIds([pair.openItemId], "declined pair");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const sides = await readBothSides(tx, { transactionIds, openItemIds }, "FOR UPDATE");
    const gone = await tx.query(
      "DELETE FROM declined_pair WHERE transaction_id = $1 AND open_item_id = $2 RETURNING 1",
      [transactionIds[0], openItemIds[0]],
    );
    const [item] = sides.items;
    const [transaction] = await readTransactions(tx, transactionIds);
    if (gone.length === 0 || !item || !transaction) throw new NotFound("declined pair");
    await recordAudit(tx, viewer, {
      action: "bank_transaction.declined_forgotten",
      subjectKind: "bank_transaction",
      subjectId: transaction.id,
      detail: { openItem: `${item.number} ${item.counterpartyName}` },
    });
    emitTransactionsChanged(tx, [transaction.id]);
    await enqueueMatching(tx);
    return transaction;
  });
}

/** Forgets that two lines are no transfer: they may be found again. Queues matching. @throws Forbidden, NotFound */
export async function forgetDeclinedTransfer(
  app: App,
  viewer: Viewer,
  pair: { outTransactionId: string; inTransactionId: string },
): Promise<DeclinedTransfer> {
  authorise(viewer, "matching:manage");
  const [out] = knownIds([pair.outTransactionId], "declined transfer");
  const [back] = knownIds([pair.inTransactionId], "declined transfer");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const [gone] = await tx.query<DeclinedTransfer>(
      `DELETE FROM declined_transfer WHERE out_transaction_id = $1 AND in_transaction_id = $2
       RETURNING ${declinedTransferColumns}`,
      [out, back],
    );
    if (!gone) throw new NotFound("declined transfer");
    await recordAudit(tx, viewer, {
      action: "bank_transaction.declined_transfer_forgotten",
      subjectKind: "bank_transaction",
      subjectId: gone.outTransactionId,
    });
    emitTransactionsChanged(tx, [gone.outTransactionId, gone.inTransactionId].sort());
    await enqueueMatching(tx);
    return gone;
  });
}
