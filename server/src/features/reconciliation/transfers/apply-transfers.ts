import { findTransfers } from "../../../core/matching/find-transfers.ts";
import type { TransferLine, TransferPair } from "../../../core/matching/transfer-types.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { Sql } from "../../../db/sql.ts";
import { emitTransactionsChanged } from "../../transactions/emit-transactions-changed.ts";
import type { Viewer } from "../../viewer.ts";
import { lockLines } from "./lock-lines.sql.ts";
import {
  numberKeys,
  readTransferSurroundings,
  type TransferSurroundings,
} from "./transfer-surroundings.sql.ts";
import { writeTransfers } from "./write-transfers.sql.ts";

/** Transfers that are written in one database transaction. */
export const transfersOfTransactionMax = 500;

/**
 * What a run needs to find transfers, read once.
 * @param numbers of the open documents, as they are written
 */
export async function loadForTransfers(
  sql: Sql,
  numbers: Iterable<string>,
): Promise<TransferSurroundings> {
  return { ...(await readTransferSurroundings(sql)), openNumbers: numberKeys(numbers) };
}

/**
 * The transfers among everything that is open, without a doubt: what a run writes.
 * @param transactions posted and wholly open ones; others are left out here
 */
export function decideTransfers(
  transactions: readonly (TransferLine & { openMinor: bigint; pending: boolean })[],
  surroundings: TransferSurroundings,
): readonly TransferPair[] {
  const open = transactions.filter(
    ({ pending, openMinor, amountMinor }) =>
      !pending && openMinor === (amountMinor < 0n ? -amountMinor : amountMinor),
  );
  return findTransfers({ ...surroundings, transactions: open, onlyCertain: true }).transfers;
}

/**
 * Writes those pairs that still hold: both lines are locked, and must be as they were, unmatched, and not rejected
 * meanwhile.
 * @param pairs at most transfersOfTransactionMax
 * @returns the ids of the lines that were excluded
 */
export async function applyTransfers(
  tx: TenantTransaction,
  request: {
    runId: string | null;
    pairs: readonly TransferPair[];
    seen: ReadonlyMap<string, TransferLine>;
    viewer: Viewer;
    at: Date;
  },
): Promise<string[]> {
  const { pairs, seen, viewer } = request;
  if (pairs.length === 0) return [];
  const ids = pairs.flatMap((pair) => [pair.outTransactionId, pair.inTransactionId]);
  const locked = await lockLines(tx, ids);
  const rejected = await readRejected(tx, pairs);
  const holds = (id: string) => {
    const [before, now] = [seen.get(id), locked.get(id)];
    return before && now && now.status === "unmatched" && !now.pending && isSame(before, now);
  };
  const kept = pairs.filter(
    (pair) =>
      holds(pair.outTransactionId) &&
      holds(pair.inTransactionId) &&
      !rejected.has(`${pair.outTransactionId} ${pair.inTransactionId}`),
  );
  const { runId, at } = request;
  await writeTransfers(tx, viewer, kept, { origin: "automatic", runId, at });
  const excluded = kept.flatMap((pair) => [pair.outTransactionId, pair.inTransactionId]);
  emitTransactionsChanged(tx, excluded);
  return excluded;
}

const compared = [
  "accountId",
  "blockId",
  "bookedOn",
  "amountMinor",
  "currency",
  "description",
  "reference",
  "counterpartyName",
] as const satisfies readonly (keyof TransferLine)[];

function isSame(before: TransferLine, now: TransferLine): boolean {
  return compared.every((field) => before[field] === now[field]);
}

async function readRejected(
  tx: TenantTransaction,
  pairs: readonly TransferPair[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ key: string }>(
    `SELECT out_transaction_id || ' ' || in_transaction_id AS key FROM declined_transfer
     WHERE out_transaction_id = ANY ($1::uuid[])`,
    [pairs.map(({ outTransactionId }) => outTransactionId)],
  );
  return new Set(rows.map(({ key }) => key));
}
