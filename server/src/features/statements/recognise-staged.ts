import { recognitionDaysMax } from "../../core/recognise-lines.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";
import { createRecognitionTables, recogniseInPieces } from "./recognise-in-pieces.ts";

export type StagedBatch = Pick<ImportBatch, "id" | "vocabulary">;

/** From where so many of an import's lines were known. */
export type RecognisedSource = {
  readonly how: string;
  readonly count: number;
  /** The import that added the lines, or else the feed that brought them. */
  readonly batchId?: string;
  readonly connectionId?: string;
};

/** Which staged lines the books have already: how many, and from where. Writes nothing that lasts. */
export async function countRecognised(
  tx: TenantTransaction,
  batch: StagedBatch,
): Promise<{ recognised: number; sources: RecognisedSource[] }> {
  await recogniseStaged(tx, batch);
  return sumRecognised(tx);
}

/** The same of what `recogniseStaged` has found in this transaction. */
export async function sumRecognised(
  tx: TenantTransaction,
): Promise<{ recognised: number; sources: RecognisedSource[] }> {
  const rows = await tx.query<{
    how: string;
    count: number;
    batchId: string | null;
    connectionId: string | null;
  }>(
    `SELECT n.how, count(*)::int AS count, t.import_batch_id AS "batchId",
       CASE WHEN t.import_batch_id IS NULL THEN a.connection_id END AS "connectionId"
     FROM recognised_now n
     JOIN bank_transaction t ON t.organisation_id = $1 AND t.id = n.transaction_id
     JOIN financial_account a ON a.organisation_id = $1 AND a.id = n.account_id
     GROUP BY 1, 3, 4 ORDER BY 2 DESC, 1, 3, 4`,
    [tx.organisationId],
  );
  const sources = rows.slice(0, sourcesMax).map(({ how, count, batchId, connectionId }) => ({
    how,
    count,
    ...(batchId === null ? {} : { batchId }),
    ...(connectionId === null ? {} : { connectionId }),
  }));
  return { recognised: rows.reduce((sum, { count }) => sum + count, 0), sources };
}

/** The largest ones are named. */
const sourcesMax = 50;

/**
 * Finds for each staged line of an import the bank transaction that it is, if the books have it, into the temporary
 * table `recognised_now`: by its identity first, of lines that an import added or recognised; the others by core, among
 * lines in other words: a feed's, and those of files of another vocabulary. Of the same vocabulary only the identity
 * counts, for its files word the same line alike.
 */
export async function recogniseStaged(tx: TenantTransaction, batch: StagedBatch): Promise<void> {
  await createRecognitionTables(tx);
  await partDoubles(tx, batch);
  const accountIds = await filledAccounts(tx, batch);
  if (accountIds.length === 0) return;
  const parameters = [tx.organisationId, batch.id, accountIds];
  await tx.query(addedBefore, parameters);
  await tx.query(recognisedBefore, parameters);
  await tx.query("ANALYZE recognised_now");
  const words = [...parameters, batch.vocabulary, recognitionDaysMax];
  await tx.query(coverage, words);
  await tx.query(knownLines, words);
  await tx.query("ANALYZE known_line");
  await tx.query(comingLines, parameters);
  await recogniseInPieces(tx);
}

/**
 * Two statements of one file that come into one account may each have a first coffee of the day: those are two. The
 * lines of a file were told apart by the account as it prints it, which says neither that two accounts meet in one of
 * ours, nor that one is spelled in two ways; so it is asked of any account that has several statements.
 */
async function partDoubles(tx: TenantTransaction, { id }: StagedBatch): Promise<void> {
  const meeting = await tx.query(
    `SELECT account_id FROM import_statement
     WHERE organisation_id = $1 AND batch_id = $2 AND account_id IS NOT NULL
     GROUP BY account_id HAVING count(*) > 1 LIMIT 1`,
    [tx.organisationId, id],
  );
  // Of an earlier decision about the accounts.
  await tx.query(
    `UPDATE staged_line SET identity = split_part(identity, '+', 1)
     WHERE batch_id = $2 AND organisation_id = $1 AND identity LIKE '%+%'
       AND (SELECT count(*) > 1 FROM import_statement WHERE organisation_id = $1 AND batch_id = $2)`,
    [tx.organisationId, id],
  );
  if (meeting.length === 0) return;
  await tx.query(
    `UPDATE staged_line s SET identity = s.identity || '+' || d.place
     FROM (
       SELECT l."position", row_number() OVER (PARTITION BY st.account_id, l.identity ORDER BY l."position") AS place
       FROM import_statement st JOIN staged_line l ON l.batch_id = $2 AND l.statement = st."position"
       WHERE st.organisation_id = $1 AND st.batch_id = $2
     ) d
     WHERE s.batch_id = $2 AND s."position" = d."position" AND d.place > 1`,
    [tx.organisationId, id],
  );
}

/** Those that have any lines: of an empty account nothing can be recognised. */
async function filledAccounts(tx: TenantTransaction, { id }: StagedBatch): Promise<string[]> {
  const rows = await tx.query<{ accountId: string }>(
    `SELECT account_id AS "accountId" FROM (
       SELECT DISTINCT account_id FROM import_statement
       WHERE organisation_id = $1 AND batch_id = $2 AND account_id IS NOT NULL
     ) s
     WHERE EXISTS (SELECT FROM bank_transaction t WHERE t.organisation_id = $1 AND t.account_id = s.account_id)`,
    [tx.organisationId, id],
  );
  return rows.map(({ accountId }) => accountId);
}

/** Each staged line `s` with its statement `st`. $1 is the organisation, $2 the batch, $3 the accounts. */
const staged = `
  FROM import_statement st
  JOIN staged_line s ON s.batch_id = $2 AND s.statement = st."position"
  LEFT JOIN recognised_now n ON n."position" = s."position"`;
const stagedWhere = `
  WHERE st.organisation_id = $1 AND st.batch_id = $2 AND st.account_id = ANY ($3::uuid[]) AND n."position" IS NULL`;

/** Laterals with OFFSET 0: one probe of an index for each line, for nobody has analysed the staged rows. */
const addedBefore = `
  INSERT INTO recognised_now
  SELECT s."position", st.account_id, known.id, 'same_identity' ${staged}
  CROSS JOIN LATERAL (
    SELECT t.id FROM bank_transaction t
    WHERE t.account_id = st.account_id AND t.external_id = 'file:' || s.identity AND t.removed_at IS NULL OFFSET 0
  ) known ${stagedWhere}
  ON CONFLICT DO NOTHING`;

const recognisedBefore = `
  INSERT INTO recognised_now
  SELECT s."position", st.account_id, known.id, 'same_identity' ${staged}
  CROSS JOIN LATERAL (
    SELECT t.id FROM recognised_line r
    JOIN import_batch b ON b.organisation_id = $1 AND b.id = r.batch_id AND b.status = 'complete'
    JOIN bank_transaction t ON t.organisation_id = $1 AND t.id = r.transaction_id AND t.removed_at IS NULL
    WHERE r.account_id = st.account_id AND r.identity = s.identity AND r.parted_at IS NULL
    ORDER BY r.recognised_at, r.batch_id LIMIT 1
  ) known ${stagedWhere}
  ON CONFLICT DO NOTHING`;

/** Lines of the accounts in other words, `t`, as far as recognition reaches. $4 is the vocabulary, $5 the reach in days. */
const inOtherWords = `
  FROM (
    SELECT st.account_id, min(s.booked_on) AS first, max(s.booked_on) AS last
    FROM import_statement st JOIN staged_line s ON s.batch_id = $2 AND s.statement = st."position"
    WHERE st.organisation_id = $1 AND st.batch_id = $2 AND st.account_id = ANY ($3::uuid[])
    GROUP BY st.account_id
  ) reach
  JOIN bank_transaction t ON t.organisation_id = $1 AND t.account_id = reach.account_id
    AND t.booked_on BETWEEN reach.first - $5::int AND reach.last + $5::int AND t.removed_at IS NULL
  LEFT JOIN import_batch b ON b.organisation_id = $1 AND b.id = t.import_batch_id
  WHERE (t.import_batch_id IS NULL OR b.vocabulary IS DISTINCT FROM $4::text)`;

const coverage = `
  INSERT INTO line_coverage
  SELECT reach.account_id, reach.first, reach.last, min(t.booked_on), max(t.booked_on) ${inOtherWords}
  GROUP BY 1, 2, 3`;

/**
 * Not those that a line of this vocabulary was recognised as: a line with another identity is another line. OFFSET 0
 * keeps it a probe for each line: an import just before has left no statistics, and a join would walk all of its lines
 * for each one.
 */
const knownLines = `
  INSERT INTO known_line
  SELECT t.id, t.account_id, t.amount_minor, t.booked_on, t.pending,
    concat_ws(' ', t.description, t.counterparty_name), t.reference ${inOtherWords}
    AND NOT EXISTS (SELECT FROM recognised_now n WHERE n.transaction_id = t.id)
    AND NOT EXISTS (
      SELECT FROM recognised_line r
      CROSS JOIN LATERAL (
        SELECT FROM import_batch o
        WHERE o.organisation_id = $1 AND o.id = r.batch_id AND o.status = 'complete'
          AND o.vocabulary IS NOT DISTINCT FROM $4::text OFFSET 0
      ) o
      WHERE r.organisation_id = $1 AND r.transaction_id = t.id AND r.parted_at IS NULL OFFSET 0)`;

/** Not those of which a person has said that they are lines of their own. */
const comingLines = `
  INSERT INTO coming_line
  SELECT s."position", NULL, st.account_id, s.amount_minor, s.booked_on, false,
    concat_ws(' ', s.description, s.counterparty_name), s.reference ${staged} ${stagedWhere}
    AND (st.account_id, s.amount_minor) IN (SELECT account_id, amount_minor FROM known_line)
    AND NOT EXISTS (
      SELECT FROM recognised_line r
      WHERE r.account_id = st.account_id AND r.identity = s.identity AND r.parted_at IS NOT NULL)`;
