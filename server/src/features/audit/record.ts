import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { Viewer } from "../viewer.ts";

export interface AuditRecord {
  /** What was done, as a stable dotted word: "match.voided". */
  action: string;
  /** The house word for what it was done to: "bank_connection". */
  subjectKind: string;
  subjectId: string;
  /** What a person needs to understand it later; never a secret. */
  detail?: { readonly [name: string]: AuditValue };
}

export type AuditValue = string | number | boolean | null | readonly string[];

/** Notes in the fact's own database transaction who did what. */
export async function recordAudit(
  tx: TenantTransaction,
  viewer: Viewer,
  record: AuditRecord,
): Promise<void> {
  await recordAudits(tx, viewer, [record]);
}

/** Many records in one statement: what a job does to many rows at once. */
export async function recordAudits(
  tx: TenantTransaction,
  viewer: Viewer,
  records: readonly AuditRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const { kind, id, name } = viewer.actor;
  await tx.query(
    `INSERT INTO audit_entry (organisation_id, id, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, detail)
     SELECT $1, r.id, $2, $3, $4, r.action, r."subjectKind", r."subjectId", r.detail
     FROM jsonb_to_recordset($5::jsonb)
       AS r (id uuid, action text, "subjectKind" text, "subjectId" uuid, detail jsonb)`,
    [
      tx.organisationId,
      kind,
      id,
      name,
      JSON.stringify(
        records.map((record) => ({ ...record, id: newId(), detail: record.detail ?? {} })),
      ),
    ],
  );
}
