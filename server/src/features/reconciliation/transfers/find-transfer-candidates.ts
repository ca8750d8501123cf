import { findTransfers } from "../../../core/matching/find-transfers.ts";
import type { TransferCandidatePair, TransferPair } from "../../../core/matching/transfer-types.ts";
import type { Sql } from "../../../db/sql.ts";
import { readBothSides } from "../lock-for-match.sql.ts";
import {
  readNamedNumbers,
  readTransferRivals,
  readTransferSurroundings,
} from "./transfer-surroundings.sql.ts";

/** The most candidates of one bank transaction. */
export const transferCandidatesMax = 20;

/** A bank transaction that could be the other side of one. */
export interface TransferCandidate {
  readonly transactionId: string;
  readonly pair: TransferPair;
  /** Null where nothing is against it: the next run will take it. */
  readonly reason: TransferCandidatePair["reason"] | null;
}

/**
 * What could be the other side of each bank transaction, the surest and nearest first. None for what is not wholly open.
 */
export async function findTransferCandidates(
  sql: Sql,
  transactionIds: readonly string[],
): Promise<Map<string, TransferCandidate[]>> {
  const { transactions } = await readBothSides(sql, { transactionIds, openItemIds: [] }, "");
  const open = transactions.filter(({ status, pending }) => status === "unmatched" && !pending);
  if (open.length === 0) return new Map();
  const surroundings = await readTransferSurroundings(sql);
  const all = await readTransferRivals(sql, open, surroundings.rates);
  const openNumbers = await readNamedNumbers(sql, all);
  const { transfers, candidates } = findTransfers({
    ...{ ...surroundings, openNumbers, transactions: all },
  });
  const pairs: readonly { pair: TransferPair; reason: TransferCandidate["reason"] }[] = [
    ...transfers.map((pair) => ({ pair, reason: null })),
    ...candidates.map((pair) => ({ pair, reason: pair.reason })),
  ];
  const wanted = new Set(open.map(({ id }) => id));
  const found = new Map<string, TransferCandidate[]>();
  for (const { pair, reason } of pairs) {
    const sides = [pair.outTransactionId, pair.inTransactionId] as const;
    for (const [id, transactionId] of [sides, [sides[1], sides[0]] as const]) {
      if (!wanted.has(id)) continue;
      found.set(id, [...(found.get(id) ?? []), { transactionId, pair, reason }]);
    }
  }
  for (const each of found.values()) each.sort(bySureness);
  return found;
}

function bySureness(a: TransferCandidate, b: TransferCandidate): number {
  return (
    Number(a.reason !== null) - Number(b.reason !== null) ||
    b.pair.evidence.length - a.pair.evidence.length ||
    Math.abs(a.pair.days) - Math.abs(b.pair.days) ||
    (a.transactionId < b.transactionId ? -1 : 1)
  );
}
