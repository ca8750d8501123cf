import type { App } from "../../../app.ts";
import { findTransfers } from "../../../core/matching/find-transfers.ts";
import type { TransferEvidence } from "../../../core/matching/transfer-types.ts";
import { formatDecimal, money } from "../../../core/money.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { Conflict, InvalidInput, NotFound } from "../../errors.ts";
import { knownIds } from "../../ids.ts";
import { emitTransactionsChanged } from "../../transactions/emit-transactions-changed.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import type { TransactionForMatch } from "../lock-for-match.sql.ts";
import { lockLines } from "./lock-lines.sql.ts";
import { readTransfers, type Transfer } from "./transfer.ts";
import { readTransferSurroundings } from "./transfer-surroundings.sql.ts";
import { writeTransfers } from "./write-transfers.sql.ts";

export interface TransferPairInput {
  readonly outTransactionId: string;
  readonly inTransactionId: string;
}

/**
 * Says that two bank transactions are one transfer between own accounts: both are excluded. A person may take what the
 * search leaves open: any days apart, other books, another amount across currencies.
 * @throws Forbidden, NotFound, InvalidInput when the two are no pair, Conflict when one is matched, excluded or not posted
 */
export async function confirmTransfer(
  app: App,
  viewer: Viewer,
  pair: TransferPairInput,
): Promise<Transfer> {
  authorise(viewer, "reconciliation:match");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const { out, into } = await lockPair(tx, pair);
    refuseUnlike(out, into);
    for (const line of [out, into]) refuseDecided(line);
    const evidence = await evidenceOf(tx, out, into);
    const lines = { outTransactionId: out.id, inTransactionId: into.id };
    const [id = ""] = await writeTransfers(tx, viewer, [{ ...lines, evidence }], {
      ...{ origin: "manual", runId: null, at: app.now() },
    });
    // Who confirms a pair that was rejected before has changed their mind.
    await tx.query(
      "DELETE FROM declined_transfer WHERE out_transaction_id = $1 AND in_transaction_id = $2",
      [out.id, into.id],
    );
    emitTransactionsChanged(tx, [out.id, into.id]);
    const [transfer] = await readTransfers(tx, [id]);
    if (!transfer) throw new NotFound("transfer");
    return transfer;
  });
}

/** Both lines of a pair, locked. @throws NotFound */
export async function lockPair(
  tx: TenantTransaction,
  pair: TransferPairInput,
): Promise<{ out: TransactionForMatch; into: TransactionForMatch }> {
  const [outId = ""] = knownIds([pair.outTransactionId], "bank transaction");
  const [inId = ""] = knownIds([pair.inTransactionId], "bank transaction");
  const locked = await lockLines(tx, [outId, inId]);
  const [out, into] = [locked.get(outId), locked.get(inId)];
  if (!out || !into) throw new NotFound("bank transaction");
  return { out, into };
}

/** @throws InvalidInput */
export function refuseUnlike(out: TransactionForMatch, into: TransactionForMatch): void {
  if (out.amountMinor >= 0n || into.amountMinor <= 0n) {
    throw new InvalidInput("A transfer goes out of one account and into another.");
  }
  if (out.accountId === into.accountId) {
    throw new InvalidInput("Both are of the same account.", "inTransactionId");
  }
  if (out.currency === into.currency && -out.amountMinor !== into.amountMinor) {
    throw new InvalidInput("The amounts differ.", "inTransactionId");
  }
}

const decided = {
  part_matched: "The transaction is matched in part: undo that first.",
  matched: "The transaction is matched: undo that first.",
  excluded: "The transaction is excluded already.",
  removed: "The bank has removed the transaction.",
} as const;

function refuseDecided({ status, pending }: TransactionForMatch): void {
  if (status !== "unmatched") throw new Conflict(decided[status]);
  if (pending) throw new Conflict("The bank has not posted the transaction yet.");
}

/** What would have spoken for it: by hand is explained like any other. */
async function evidenceOf(
  tx: TenantTransaction,
  out: TransactionForMatch,
  into: TransactionForMatch,
): Promise<readonly TransferEvidence[]> {
  const surroundings = await readTransferSurroundings(tx);
  const found = findTransfers({ ...surroundings, declined: [], transactions: [out, into] });
  const pair = found.transfers[0] ?? found.candidates[0];
  if (pair) return pair.evidence;
  const amount = ({ amountMinor, currency }: TransactionForMatch) =>
    `${formatDecimal(money(amountMinor, currency))} ${currency}`;
  const amounts = { transactionValue: amount(out), otherValue: amount(into) };
  const days = { transactionValue: out.bookedOn, otherValue: into.bookedOn };
  return [
    ...(out.currency === into.currency ? [{ signal: "amounts_equal" as const, ...amounts }] : []),
    { signal: "days_apart", ...days },
  ];
}
