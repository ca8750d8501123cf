import type { TransferEvidence } from "../../../core/matching/transfer-types.ts";
import type { Sql } from "../../../db/sql.ts";

export type TransferOrigin = "automatic" | "rule" | "manual";

/** Money between own accounts, as it is read. One side is null where the other account is not here. */
export interface Transfer {
  readonly id: string;
  readonly outTransactionId: string | null;
  readonly inTransactionId: string | null;
  readonly origin: TransferOrigin;
  readonly runId: string | null;
  readonly ruleId: string | null;
  readonly evidence: readonly TransferEvidence[];
  readonly decidedBy: string;
  readonly decidedAt: Date;
  readonly voidedAt: Date | null;
  readonly voidedBy: string | null;
  readonly voidReason: string | null;
}

/** The columns of a Transfer, of the table `transfer`. */
export const transferColumns = `
  id, out_transaction_id AS "outTransactionId", in_transaction_id AS "inTransactionId", origin, run_id AS "runId",
  rule_id AS "ruleId", evidence, decided_by AS "decidedBy", decided_at AS "decidedAt", voided_at AS "voidedAt",
  voided_by AS "voidedBy", void_reason AS "voidReason"`;

/** Why the lines of a transfer are excluded, as people read it. */
export const transferExclusionReason = "Transfer between own accounts";

/** By id, void ones too. Ids that name nothing are left out. */
export function readTransfers(sql: Sql, ids: readonly string[]): Promise<Transfer[]> {
  return sql.query<Transfer>(
    `SELECT ${transferColumns} FROM transfer WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
}

/** Live transfers by the id of each of these bank transactions that is part of one. */
export async function readTransfersOfTransactions(
  sql: Sql,
  transactionIds: readonly string[],
): Promise<Map<string, Transfer>> {
  const of = (column: string) =>
    `SELECT ${transferColumns} FROM transfer WHERE ${column} = ANY ($1::uuid[]) AND voided_at IS NULL`;
  // Each by its own index; one that both sides ask for comes twice, which changes nothing.
  const rows = await sql.query<Transfer>(
    `${of("out_transaction_id")} UNION ALL ${of("in_transaction_id")}`,
    [transactionIds],
  );
  const found = new Map<string, Transfer>();
  for (const transfer of rows) {
    const { outTransactionId, inTransactionId } = transfer;
    if (outTransactionId !== null) found.set(outTransactionId, transfer);
    if (inTransactionId !== null) found.set(inTransactionId, transfer);
  }
  return found;
}
