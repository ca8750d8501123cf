import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { WholeRange } from "../../../providers/provider.ts";
import { formerPrefix } from "./recognise-former-lines.ts";

/**
 * What the books have in a part of an account that the pull read whole, and did not come, is staged as removed, so that
 * all that follows treats it like a removal that the provider named. Lines of an older link of the bank stay, and those that only a
 * file brought: this feed never had them. So does everything while it is not known which rows could not be read; the next pull sees.
 */
export async function stageVanished(
  tx: TenantTransaction,
  connectionId: string,
  { whole, unread }: { whole: readonly WholeRange[]; unread: readonly string[] | null },
): Promise<void> {
  if (whole.length === 0 || unread === null) return;
  await tx.query(vanishedSql, [
    tx.organisationId,
    connectionId,
    JSON.stringify(whole),
    unread,
    formerPrefix,
  ]);
}

/**
 * First the lines of each range, then one probe of the staged rows' key for each line. Laterals with OFFSET 0, because
 * nobody has analysed the staged rows: left alone, the planner has joined 100,000 lines with them row by row.
 */
const vanishedSql = `
  WITH ranges AS MATERIALIZED (
    SELECT a.id AS account_id, a.external_id AS account_external_id, r.rows, r."from"
    FROM jsonb_to_recordset($3::jsonb) AS r ("accountExternalId" text, rows text, "from" date)
    JOIN financial_account a
      ON a.organisation_id = $1 AND a.connection_id = $2 AND a.external_id = r."accountExternalId"
  ), known AS MATERIALIZED (
    SELECT DISTINCT t.external_id, ranges.account_external_id
    FROM ranges
    CROSS JOIN LATERAL (
      SELECT t.external_id FROM bank_transaction t
      WHERE t.organisation_id = $1 AND t.account_id = ranges.account_id
        AND t.booked_on >= coalesce(ranges."from", '-infinity')
        AND (ranges.rows = 'all' OR t.pending = (ranges.rows = 'pending'))
        AND t.removed_at IS NULL AND t.import_batch_id IS NULL AND NOT starts_with(t.external_id, $5) OFFSET 0
    ) t
  )
  INSERT INTO staged_change (organisation_id, connection_id, external_id, removed, id, account_external_id)
  SELECT $1, $2, known.external_id, true, gen_random_uuid(), known.account_external_id
  FROM known
  LEFT JOIN LATERAL (
    SELECT true AS came FROM staged_change s
    WHERE s.connection_id = $2 AND s.external_id = known.external_id OFFSET 0
  ) staged ON true
  WHERE staged.came IS NULL AND known.external_id <> ALL ($4::text[])`;
