import type { App } from "../../../app.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import { Conflict, NotFound } from "../../errors.ts";
import type { BankTransaction } from "../../transactions/bank-transaction.ts";
import { emitTransactionsChanged } from "../../transactions/emit-transactions-changed.ts";
import { readTransactions } from "../../transactions/read-transactions.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { enqueueMatching } from "../enqueue-matching.ts";
import { lockPair, refuseUnlike, type TransferPairInput } from "./confirm-transfer.ts";
import { readTransfersOfTransactions } from "./transfer.ts";
import { noteTransfers } from "./write-transfers.sql.ts";

/**
 * Says that two bank transactions are no transfer: the pair is neither found nor suggested again, until a person
 * confirms it. Again, it changes nothing.
 * @returns the one that went out
 * @throws Forbidden, NotFound, InvalidInput when the two are no pair, Conflict when they are one transfer already
 */
export async function declineTransfer(
  app: App,
  viewer: Viewer,
  pair: TransferPairInput,
): Promise<BankTransaction> {
  authorise(viewer, "reconciliation:match");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const { out, into } = await lockPair(tx, pair);
    refuseUnlike(out, into);
    const live = await readTransfersOfTransactions(tx, [out.id]);
    if (live.get(out.id)?.inTransactionId === into.id) {
      throw new Conflict("The two are a transfer: undo it first.");
    }
    const [declined] = await tx.query(
      `INSERT INTO declined_transfer (organisation_id, out_transaction_id, in_transaction_id, declined_by, declined_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING out_transaction_id`,
      [tx.organisationId, out.id, into.id, viewer.actor.name, app.now()],
    );
    if (declined) {
      const lines = { outTransactionId: out.id, inTransactionId: into.id };
      await noteTransfers(tx, viewer, "transfer.declined", [lines]);
      emitTransactionsChanged(tx, [out.id, into.id]);
      // What is left may be clear now.
      await enqueueMatching(tx);
    }
    const [transaction] = await readTransactions(tx, [out.id]);
    if (!transaction) throw new NotFound("bank transaction");
    return transaction;
  });
}
