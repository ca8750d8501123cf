import type { TransferEvidence } from "../../../core/matching/transfer-types.ts";
import { plainArray, textArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import { pushAsReconciled } from "../../accounting/push-as-reconciled.ts";
import { recordAudits } from "../../audit/record.ts";
import type { Viewer } from "../../viewer.ts";
import { type TransferOrigin, transferExclusionReason } from "./transfer.ts";

export interface NewTransfer {
  readonly outTransactionId: string | null;
  readonly inTransactionId: string | null;
  readonly evidence: readonly TransferEvidence[];
  readonly ruleId?: string | null;
}

/**
 * Writes transfers and excludes their lines, which the caller has locked and found unmatched, and tells the log. The
 * caller tells the subscribers.
 * @returns the ids, in the order given
 */
export async function writeTransfers(
  tx: TenantTransaction,
  viewer: Viewer,
  transfers: readonly NewTransfer[],
  decided: { origin: TransferOrigin; runId: string | null; at: Date },
): Promise<string[]> {
  if (transfers.length === 0) return [];
  const ids = transfers.map(() => newId());
  await tx.query(
    `INSERT INTO transfer (organisation_id, id, out_transaction_id, in_transaction_id, origin, run_id, rule_id, evidence,
       decided_by, decided_at)
     SELECT $1, t.id, t.out_id, t.in_id, $2, $3, t.rule_id, t.evidence::jsonb, $4, $5
     FROM unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[], $10::text[]) AS t (id, out_id, in_id, rule_id, evidence)`,
    [
      ...[tx.organisationId, decided.origin, decided.runId, viewer.actor.name, decided.at],
      plainArray(ids),
      plainArray(transfers.map(({ outTransactionId }) => outTransactionId)),
      plainArray(transfers.map(({ inTransactionId }) => inTransactionId)),
      plainArray(transfers.map(({ ruleId }) => ruleId ?? null)),
      textArray(transfers.map(({ evidence }) => JSON.stringify(evidence))),
    ],
  );
  await excludeLines(tx, viewer, linesOf(transfers), decided.at);
  await noteTransfers(tx, viewer, `transfer.${auditWord[decided.origin]}`, transfers);
  return ids;
}

const auditWord = { automatic: "found", rule: "found", manual: "confirmed" } as const;

export function linesOf(
  transfers: readonly Pick<NewTransfer, "outTransactionId" | "inTransactionId">[],
): string[] {
  return transfers
    .flatMap(({ outTransactionId, inTransactionId }) => [outTransactionId, inTransactionId])
    .filter((id) => id !== null);
}

/** The log names each line, as it does of matches: a person asks a line what became of it. */
export async function noteTransfers(
  tx: TenantTransaction,
  viewer: Viewer,
  action: string,
  transfers: readonly Pick<NewTransfer, "outTransactionId" | "inTransactionId">[],
  detail: Readonly<Record<string, string>> = {},
): Promise<void> {
  await recordAudits(
    tx,
    viewer,
    linesOf(transfers).map((subjectId) => ({
      ...{ action, subjectKind: "bank_transaction", subjectId, detail },
    })),
  );
}

export async function excludeLines(
  tx: TenantTransaction,
  viewer: Viewer,
  lineIds: readonly string[],
  at: Date,
): Promise<void> {
  await tx.query(
    `UPDATE bank_transaction SET excluded_at = $2, excluded_by = $3, exclusion_reason = $4, updated_at = $2
     WHERE id = ANY ($1::uuid[])`,
    [plainArray(lineIds), at, viewer.actor.name, transferExclusionReason],
  );
  await pushAsReconciled(tx);
}
