import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { ImportBatch } from "../../../generated/prisma/client.ts";
import type { WritingProgress } from "./writing-progress.ts";

/** Between two pieces people see that it goes on. */
const pieceLines = 50_000;

/**
 * Adds the staged lines that were not recognised, and notes for each other one which transaction it is. A line that an
 * import had added before and that was taken back with it is there again, with its id, category and exclusion.
 * @returns how many were added
 */
export async function insertLines(
  tx: TenantTransaction,
  batch: Pick<ImportBatch, "id">,
  recognised: number,
  now: Date,
  progress: WritingProgress,
): Promise<number> {
  const parameters = [tx.organisationId, batch.id, now];
  if (recognised > 0) await tx.query(noteRecognised, parameters);
  const [last] = await tx.query<{ position: number | null; filled: boolean }>(
    `SELECT max(s."position") AS position, EXISTS (
       SELECT FROM import_statement st JOIN bank_transaction t
         ON t.organisation_id = $1 AND t.account_id = st.account_id
       WHERE st.organisation_id = $1 AND st.batch_id = $2) AS filled
     FROM staged_line s WHERE s.batch_id = $2`,
    parameters.slice(0, 2),
  );
  const end = last?.position ?? -1;
  const sql = insertSql(recognised > 0, last?.filled ?? true);
  let added = 0;
  for (let from = 0; from <= end; from += pieceLines) {
    const [piece] = await tx.query<{ count: bigint }>(sql, [
      ...parameters,
      from,
      from + pieceLines,
    ]);
    added += Number(piece?.count ?? 0n);
    progress.tell(added);
  }
  return added;
}

/** An empty account has nothing to run into: that check alone would be a tenth of the time. */
function insertSql(someRecognised: boolean, accountsFilled: boolean): string {
  return `
    WITH written AS (
      INSERT INTO bank_transaction AS t (organisation_id, id, account_id, external_id, pending, booked_on, amount_minor,
        currency, description, counterparty_name, reference, created_at, updated_at, import_batch_id,
        import_position, import_row)
      SELECT $1, s.id, a.id, 'file:' || s.identity, false, s.booked_on, s.amount_minor,
        coalesce(st.currency, a.currency), s.description, s.counterparty_name, s.reference, $3, $3, $2,
        s."position", s."row"
      FROM staged_line s
      JOIN import_statement st ON st.organisation_id = $1 AND st.batch_id = $2 AND st."position" = s.statement
      JOIN financial_account a ON a.organisation_id = $1 AND a.id = st.account_id
      WHERE s.batch_id = $2 AND s."position" >= $4 AND s."position" < $5
        ${someRecognised ? `AND NOT EXISTS (SELECT FROM recognised_now n WHERE n."position" = s."position")` : ""}
      ORDER BY s."position"
      ${accountsFilled ? reviving : ""}
      RETURNING 1
    )
    SELECT count(*) FROM written`;
}

const reviving = `
  ON CONFLICT (account_id, external_id) DO UPDATE SET
    removed_at = NULL, updated_at = excluded.updated_at, import_batch_id = excluded.import_batch_id,
    import_position = excluded.import_position, import_row = excluded.import_row
  WHERE t.removed_at IS NOT NULL`;

const noteRecognised = `
  INSERT INTO recognised_line (organisation_id, batch_id, "position", "row", account_id, transaction_id, identity, how,
    booked_on, amount_minor, description, counterparty_name, reference, recognised_at)
  SELECT $1, $2, s."position", s."row", n.account_id, n.transaction_id, s.identity, n.how, s.booked_on, s.amount_minor,
    s.description, s.counterparty_name, s.reference, $3
  FROM recognised_now n JOIN staged_line s ON s.batch_id = $2 AND s."position" = n."position"`;
