import { recognitionDaysMax } from "../../../core/recognise-lines.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import {
  createRecognitionTables,
  recogniseInPieces,
} from "../../statements/recognise-in-pieces.ts";
import { knownAs } from "./known-as.sql.ts";

/**
 * Where statement files have lines of a feed's accounts: a line that the feed removes and a file has stays, as the
 * file's; and a row that is new to the feed and that a file brought already takes that line over, with its category,
 * exclusion and match. What the file said of it is kept as recognised.
 */
export async function keepFileLines(
  tx: TenantTransaction,
  connectionId: string,
  now: Date,
): Promise<void> {
  const parameters = [tx.organisationId, connectionId];
  const imported = await tx.query(
    `SELECT FROM financial_account a
     WHERE a.organisation_id = $1 AND a.connection_id = $2 AND EXISTS (
       SELECT FROM import_statement s WHERE s.organisation_id = $1 AND s.account_id = a.id)
     LIMIT 1`,
    parameters,
  );
  if (imported.length === 0) return;
  await tx.query(giveBackToFile, [...parameters, now]);
  await createRecognitionTables(tx);
  const reach = [...parameters, recognitionDaysMax];
  await tx.query(knownLines, reach);
  await tx.query("ANALYZE known_line");
  await tx.query(comingLines, parameters);
  await tx.query(coverage, parameters);
  await recogniseInPieces(tx);
  await tx.query(noteTakenOver, [tx.organisationId, now]);
  await tx.query(takeOver, [tx.organisationId, now]);
}

/** Only while the feed says the amount that the file says: a changed one is no longer the file's line. */
const giveBackToFile = `
  UPDATE bank_transaction t SET
    external_id = 'file:' || r.identity || CASE WHEN EXISTS (
      SELECT FROM bank_transaction o WHERE o.account_id = r.account_id AND o.external_id = 'file:' || r.identity
    ) THEN ' ' || t.id ELSE '' END,
    import_batch_id = r.batch_id, import_position = r."position", import_row = r."row", pending = false,
    booked_on = r.booked_on, description = r.description, counterparty_name = r.counterparty_name,
    reference = r.reference, updated_at = $3
  FROM (
    SELECT DISTINCT ON (known.id) known.id, f.account_id, f.identity, f.batch_id, f."position", f."row", f.booked_on,
      f.description, f.counterparty_name, f.reference
    FROM staged_change s ${knownAs("s.external_id")}
    JOIN recognised_line f ON f.organisation_id = $1 AND f.transaction_id = known.id AND f.parted_at IS NULL
      AND f.amount_minor = known.amount_minor
    JOIN import_batch b ON b.organisation_id = $1 AND b.id = f.batch_id AND b.status = 'complete'
    WHERE s.organisation_id = $1 AND s.connection_id = $2 AND s.removed AND known.removed_at IS NULL
    ORDER BY known.id, f.recognised_at, f.batch_id, f."position"
  ) r
  WHERE t.organisation_id = $1 AND t.id = r.id`;

const comingDays = `
  SELECT a.id AS account_id, min(s.booked_on) AS first, max(s.booked_on) AS last
  FROM staged_change s
  JOIN financial_account a ON a.organisation_id = $1 AND a.connection_id = $2 AND a.external_id = s.account_external_id
  WHERE s.organisation_id = $1 AND s.connection_id = $2 AND NOT s.removed
  GROUP BY a.id`;

/** Lines that only files have brought, as far as recognition reaches from what comes. */
const knownLines = `
  INSERT INTO known_line
  SELECT t.id, t.account_id, t.amount_minor, t.booked_on, t.pending,
    concat_ws(' ', t.description, t.counterparty_name), t.reference
  FROM (${comingDays}) reach
  JOIN bank_transaction t ON t.organisation_id = $1 AND t.account_id = reach.account_id
    AND t.booked_on BETWEEN reach.first - $3::int AND reach.last + $3::int
    AND t.removed_at IS NULL AND t.import_batch_id IS NOT NULL`;

const comingLines = `
  INSERT INTO coming_line
  SELECT row_number() OVER (ORDER BY a.id, s.external_id), s.external_id, a.id, s.amount_minor, s.booked_on, s.pending,
    concat_ws(' ', s.description, s.counterparty_name), s.reference
  FROM staged_change s
  JOIN financial_account a ON a.organisation_id = $1 AND a.connection_id = $2 AND a.external_id = s.account_external_id
  LEFT JOIN LATERAL (
    SELECT true AS here FROM bank_transaction t
    WHERE t.account_id = a.id AND t.external_id = s.external_id OFFSET 0
  ) already ON true
  WHERE s.organisation_id = $1 AND s.connection_id = $2 AND NOT s.removed AND already.here IS NULL
    AND (a.id, s.amount_minor) IN (SELECT account_id, amount_minor FROM known_line)`;

const coverage = `
  INSERT INTO line_coverage
  SELECT reach.account_id, reach.first, reach.last, k.first, k.last
  FROM (${comingDays}) reach
  JOIN (SELECT account_id, min(booked_on) AS first, max(booked_on) AS last FROM known_line GROUP BY 1) k
    USING (account_id)`;

/** A line that was parted, or handed from one import to another, has its record already. */
const noteTakenOver = `
  INSERT INTO recognised_line (organisation_id, batch_id, "position", "row", account_id, transaction_id, identity, how,
    booked_on, amount_minor, description, counterparty_name, reference, recognised_at)
  SELECT $1, t.import_batch_id, t.import_position, t.import_row, t.account_id, t.id,
    split_part(substr(t.external_id, 6), ' ', 1), 'feed_after_file', t.booked_on, t.amount_minor, t.description,
    t.counterparty_name, t.reference, $2
  FROM recognised_now n JOIN bank_transaction t ON t.organisation_id = $1 AND t.id = n.transaction_id
  ON CONFLICT (organisation_id, batch_id, "position") DO UPDATE SET
    transaction_id = excluded.transaction_id, how = excluded.how, recognised_at = excluded.recognised_at,
    parted_at = NULL, parted_by = NULL`;

const takeOver = `
  UPDATE bank_transaction t SET external_id = c.external_id, import_batch_id = NULL, import_position = NULL,
    import_row = NULL, updated_at = $2
  FROM recognised_now n JOIN coming_line c USING ("position")
  WHERE t.organisation_id = $1 AND t.id = n.transaction_id`;
