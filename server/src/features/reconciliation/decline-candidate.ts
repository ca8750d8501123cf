import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import type { BankTransaction } from "../transactions/bank-transaction.ts";
import { emitTransactionsChanged } from "../transactions/emit-transactions-changed.ts";
import { readTransactions } from "../transactions/read-transactions.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { readBothSides } from "./lock-for-match.sql.ts";
import { declinePairs } from "./void-match.ts";

/**
 * Notes that this open item is not what the bank transaction paid: the pair is neither suggested nor matched again.
 * Declining twice is the same as once; matching the pair by hand takes it back.
 * @throws Forbidden, NotFound
 */
export async function declineCandidate(
  app: App,
  viewer: Viewer,
  pair: { transactionId: string; openItemId: string },
): Promise<BankTransaction> {
  authorise(viewer, "reconciliation:match");
  const transactionIds = knownIds([pair.transactionId], "bank transaction");
  const openItemIds = knownIds([pair.openItemId], "open item");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const sides = await readBothSides(tx, { transactionIds, openItemIds }, "FOR UPDATE");
    const [{ id: transactionId } = { id: null }] = sides.transactions;
    const [item] = sides.items;
    if (transactionId === null) throw new NotFound("bank transaction");
    if (!item) throw new NotFound("open item");
    const decided = { by: viewer.actor.name, at: app.now() };
    await declinePairs(tx, [{ transactionId, openItemId: item.id }], decided);
    await recordAudit(tx, viewer, {
      action: "bank_transaction.candidate_declined",
      subjectKind: "bank_transaction",
      subjectId: transactionId,
      detail: { openItemId: item.id, openItem: item.number },
    });
    emitTransactionsChanged(tx, [transactionId]);
    const [transaction] = await readTransactions(tx, [transactionId]);
    if (!transaction) throw new NotFound("bank transaction");
    return transaction;
  });
}
