import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { pushAsReconciled } from "../accounting/push-as-reconciled.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import type { BankTransaction } from "../transactions/bank-transaction.ts";
import { emitTransactionsChanged } from "../transactions/emit-transactions-changed.ts";
import { readTransactions } from "../transactions/read-transactions.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { enqueueMatching } from "./enqueue-matching.ts";
import type { TransactionForMatch } from "./lock-for-match.sql.ts";
import { refuseHits } from "./rules/refuse-hits.sql.ts";
import { lockLines } from "./transfers/lock-lines.sql.ts";
import { readTransfersOfTransactions, type Transfer } from "./transfers/transfer.ts";
import { endTransferOf } from "./transfers/undo-transfer.ts";
import { linesOf } from "./transfers/write-transfers.sql.ts";

const reasonCharactersMax = 500;

/**
 * Leaves a bank transaction out of reconciliation, with a reason.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when it is matched, excluded already or removed
 */
export async function excludeTransaction(
  app: App,
  viewer: Viewer,
  request: { id: string; reason: string },
): Promise<BankTransaction> {
  authorise(viewer, "reconciliation:match");
  const reason = request.reason.trim();
  if (reason === "" || reason.length > reasonCharactersMax) {
    throw new InvalidInput(`A reason has 1 to ${reasonCharactersMax} characters.`, "reason");
  }
  return change(app, viewer, request.id, async (tx, { id, status }) => {
    if (status !== "unmatched") throw new Conflict(notExcludable[status]);
    await tx.query(
      `UPDATE bank_transaction SET excluded_at = $2, excluded_by = $3, exclusion_reason = $4, updated_at = $2
       WHERE id = $1`,
      [id, app.now(), viewer.actor.name, reason],
    );
    await pushAsReconciled(tx);
    return { action: "bank_transaction.excluded", detail: { reason } };
  });
}

/**
 * Takes an excluded bank transaction back in, and queues matching. One that is part of a transfer comes back with its
 * other side, and the pair is remembered as none; what a rule had excluded it does not exclude again.
 * @throws Forbidden, NotFound, Conflict when it is not excluded
 */
export async function includeTransaction(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<BankTransaction> {
  authorise(viewer, "reconciliation:match");
  const at = app.now();
  const work = async (tx: TenantTransaction, transaction: TransactionForMatch) => {
    if (transaction.status !== "excluded") throw new Conflict("The transaction is not excluded.");
    await refuseHits(tx, [transaction.id], ["exclude"], { by: viewer.actor.name, at });
    const transfer = await transferOf(tx, transaction.id);
    if (transfer) {
      await endTransferOf(tx, viewer, transfer, { at, reason: null, declined: true });
      emitTransactionsChanged(tx, linesOf([transfer]));
    } else {
      await tx.query(
        `UPDATE bank_transaction SET excluded_at = NULL, excluded_by = NULL, exclusion_reason = NULL, updated_at = $2
         WHERE id = $1`,
        [transaction.id, at],
      );
      await enqueueMatching(tx);
    }
    return { action: "bank_transaction.included", detail: {} };
  };
  return change(app, viewer, id, work);
}

async function transferOf(tx: TenantTransaction, id: string): Promise<Transfer | null> {
  return (await readTransfersOfTransactions(tx, [id])).get(id) ?? null;
}

const notExcludable = {
  part_matched: "The transaction is matched in part: undo that first.",
  matched: "The transaction is matched: undo that first.",
  excluded: "The transaction is excluded already.",
  removed: "The bank has removed the transaction.",
} as const;

async function change(
  app: App,
  viewer: Viewer,
  givenId: string,
  work: (
    tx: TenantTransaction,
    transaction: TransactionForMatch,
  ) => Promise<{ action: string; detail: Record<string, string> }>,
): Promise<BankTransaction> {
  const transactionIds = knownIds([givenId], "bank transaction");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    // The other side of a transfer goes the same way, and is locked with it in id order.
    const [given = ""] = transactionIds;
    const transfer = await transferOf(tx, given);
    const lines = await lockLines(tx, [given, ...(transfer ? linesOf([transfer]) : [])]);
    const locked = lines.get(given);
    if (!locked) throw new NotFound("bank transaction");
    const done = await work(tx, locked);
    await recordAudit(tx, viewer, {
      ...done,
      subjectKind: "bank_transaction",
      subjectId: locked.id,
    });
    emitTransactionsChanged(tx, [locked.id]);
    const [transaction] = await readTransactions(tx, [locked.id]);
    if (!transaction) throw new NotFound("bank transaction");
    return transaction;
  });
}
