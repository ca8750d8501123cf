import type { TenantTransaction } from "../../../db/as-organisation.ts";

/** A line of the books and the id that its provider calls it by from now on. */
export interface RenamedLine {
  readonly id: string;
  readonly externalId: string;
}

/** Gives lines another id of the provider's; all else stays. */
export async function renameLines(
  tx: TenantTransaction,
  lines: readonly RenamedLine[],
  now: Date,
): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `UPDATE bank_transaction t SET external_id = line.external_id, updated_at = $4
     FROM unnest($2::uuid[], $3::text[]) AS line (id, external_id)
     WHERE t.organisation_id = $1 AND t.id = line.id`,
    [tx.organisationId, lines.map(({ id }) => id), lines.map(({ externalId }) => externalId), now],
  );
}
