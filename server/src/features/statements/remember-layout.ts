import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";
import { headerDigest } from "./reading/survey-csv.ts";

/** Keeps how a CSV file's columns are read, for the account's next file with these headers. */
export async function rememberLayout(
  tx: TenantTransaction,
  { accountId, layout, survey }: ImportBatch,
  now: Date,
): Promise<void> {
  const { headerKey } = (survey ?? {}) as { headerKey?: string };
  if (accountId === null || layout === null || headerKey === undefined) return;
  await tx.query(
    `INSERT INTO remembered_layout (organisation_id, account_id, header_digest, layout, remembered_at)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (organisation_id, account_id, header_digest)
     DO UPDATE SET layout = excluded.layout, remembered_at = excluded.remembered_at`,
    [tx.organisationId, accountId, headerDigest(headerKey), JSON.stringify(layout), now],
  );
}
