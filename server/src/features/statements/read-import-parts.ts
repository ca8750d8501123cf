import { type CurrencyCode, isCurrencyCode } from "../../core/currencies.ts";
import type { LocalDate } from "../../core/dates.ts";
import { maskIdentifiers } from "../../core/mask.ts";
import type { Sql } from "../../db/sql.ts";

/** One statement of a file, as it is shown. */
export interface ShownStatement {
  readonly batchId: string;
  readonly position: number;
  readonly accountId: string | null;
  /** Of a number in it, the last digits. */
  readonly accountName: string | null;
  readonly accountMask: string | null;
  /** Its own, or its account's. */
  readonly currency: CurrencyCode | null;
  readonly number: string | null;
  readonly openingMinor: bigint | null;
  readonly closingMinor: bigint | null;
  readonly closingOn: LocalDate | null;
  readonly firstOn: LocalDate | null;
  readonly lastOn: LocalDate | null;
  readonly lines: number;
  readonly creditsMinor: bigint;
  readonly debitsMinor: bigint;
}

/** What could not be read of a file, or looked odd. */
export interface ShownProblem {
  readonly batchId: string;
  readonly row: number;
  readonly code: string;
  readonly message: string;
  readonly text: string;
  readonly loss: "none" | "line" | "file";
}

/** A line of a file that the books had already, as the file has it. */
export interface RecognisedLine {
  readonly batchId: string;
  readonly position: number;
  readonly row: number;
  readonly transactionId: string;
  readonly how: Recognition;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
  readonly partedAt: Date | null;
}

export type Recognition = "same_identity" | "same_day" | "near_day" | "posted" | "feed_after_file";

/** The first statements of each import, in the file's order. */
export async function readStatements(
  sql: Sql,
  ids: readonly string[],
  first: number,
): Promise<Map<string, ShownStatement[]>> {
  const rows = await sql.query<ShownStatement & { currency: string | null }>(
    `SELECT s.batch_id AS "batchId", s.position, COALESCE(s.account_id, b.account_id) AS "accountId",
       s.account_name AS "accountName", s.account_mask AS "accountMask",
       COALESCE(s.currency, a.currency) AS currency, s.number, s.opening_minor AS "openingMinor",
       s.closing_minor AS "closingMinor", s.closing_on AS "closingOn", s.first_on AS "firstOn",
       s.last_on AS "lastOn", s.lines, s.credits_minor AS "creditsMinor", s.debits_minor AS "debitsMinor"
     FROM import_batch b CROSS JOIN LATERAL (
       SELECT * FROM import_statement
       WHERE organisation_id = b.organisation_id AND batch_id = b.id ORDER BY position LIMIT $2
     ) AS s
     LEFT JOIN financial_account a
       ON a.organisation_id = b.organisation_id AND a.id = COALESCE(s.account_id, b.account_id)
     WHERE b.id = ANY ($1::uuid[]) ORDER BY s.batch_id, s.position`,
    [ids, first],
  );
  return grouped(
    ids,
    rows.map((row) => ({
      ...row,
      accountName: row.accountName && maskIdentifiers(row.accountName),
      currency: currencyOf(row.currency),
    })),
  );
}

/** How many statements each import's file has. */
export async function countStatements(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await sql.query<{ id: string; count: bigint }>(
    `SELECT batch_id AS id, count(*) FROM import_statement WHERE batch_id = ANY ($1::uuid[]) GROUP BY 1`,
    [ids],
  );
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}

/** The first problems of each import, in the file's order. */
export async function readProblems(
  sql: Sql,
  ids: readonly string[],
  first: number,
): Promise<Map<string, ShownProblem[]>> {
  const rows = await sql.query<ShownProblem>(
    `SELECT p.batch_id AS "batchId", p.row, p.code, p.message, p.text, p.loss
     FROM import_batch b CROSS JOIN LATERAL (
       SELECT * FROM import_problem
       WHERE organisation_id = b.organisation_id AND batch_id = b.id ORDER BY position LIMIT $2
     ) AS p
     WHERE b.id = ANY ($1::uuid[]) ORDER BY p.batch_id, p.position`,
    [ids, first],
  );
  return grouped(ids, rows);
}

const recognisedColumns = `
  r.batch_id AS "batchId", r.position, r.row, r.transaction_id AS "transactionId", r.how,
  r.booked_on AS "bookedOn", r.amount_minor AS "amountMinor", a.currency, r.description,
  r.counterparty_name AS "counterpartyName", r.reference, r.parted_at AS "partedAt"`;

/** One more than `first` of each import's recognised lines, from behind a position in its file. */
export async function readRecognisedLines(
  sql: Sql,
  ids: readonly string[],
  { first, after }: { readonly first: number; readonly after: number },
): Promise<Map<string, RecognisedLine[]>> {
  const rows = await sql.query<RecognisedLine>(
    `SELECT ${recognisedColumns}
     FROM unnest($1::uuid[]) AS b (id) CROSS JOIN LATERAL (
       SELECT * FROM recognised_line
       WHERE organisation_id = current_organisation_id() AND batch_id = b.id AND position > $2
       ORDER BY position LIMIT $3
     ) AS r
     JOIN financial_account a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
     ORDER BY r.batch_id, r.position`,
    [ids, after, first + 1],
  );
  return grouped(ids, rows);
}

/** How many recognised lines each import has. */
export async function countRecognisedLines(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await sql.query<{ id: string; count: bigint }>(
    `SELECT batch_id AS id, count(*) FROM recognised_line WHERE batch_id = ANY ($1::uuid[]) GROUP BY 1`,
    [ids],
  );
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}

/** The most files that a bank transaction says it was also found in. */
const alsoInMax = 20;

/**
 * For each bank transaction the lines of files that were taken for it, the latest first: not those that a person has
 * parted from it, nor those of imports that were undone.
 */
export async function readAlsoIn(
  sql: Sql,
  transactionIds: readonly string[],
): Promise<Map<string, RecognisedLine[]>> {
  const rows = await sql.query<RecognisedLine>(
    `SELECT ${recognisedColumns}
     FROM unnest($1::uuid[]) AS t (id) CROSS JOIN LATERAL (
       SELECT * FROM recognised_line
       WHERE organisation_id = current_organisation_id() AND transaction_id = t.id AND parted_at IS NULL
       ORDER BY recognised_at DESC, batch_id, position LIMIT ${alsoInMax}
     ) AS r
     JOIN financial_account a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
     JOIN import_batch b ON b.organisation_id = r.organisation_id AND b.id = r.batch_id
     WHERE b.status = 'complete' ORDER BY r.recognised_at DESC, r.batch_id, r.position`,
    [transactionIds],
  );
  const byTransaction = new Map<string, RecognisedLine[]>(transactionIds.map((id) => [id, []]));
  for (const row of rows) byTransaction.get(row.transactionId)?.push(row);
  return byTransaction;
}

/** The import and the row of its file that brought a bank transaction; null for a feed's. */
export interface Origin {
  readonly batchId: string | null;
  readonly row: number | null;
}

/** Where bank transactions came from: apart from their list, which is asked far more often than this. */
export async function readOrigins(
  sql: Sql,
  transactionIds: readonly string[],
): Promise<Map<string, Origin>> {
  const rows = await sql.query<Origin & { id: string }>(
    `SELECT id, import_batch_id AS "batchId", import_row AS row FROM bank_transaction
     WHERE id = ANY ($1::uuid[])`,
    [transactionIds],
  );
  return new Map(rows.map(({ id, ...origin }) => [id, origin]));
}

function grouped<Row extends { readonly batchId: string }>(
  ids: readonly string[],
  rows: readonly Row[],
): Map<string, Row[]> {
  const byImport = new Map<string, Row[]>(ids.map((id) => [id, []]));
  for (const row of rows) byImport.get(row.batchId)?.push(row);
  return byImport;
}

function currencyOf(code: string | null): CurrencyCode | null {
  return code !== null && isCurrencyCode(code) ? code : null;
}
