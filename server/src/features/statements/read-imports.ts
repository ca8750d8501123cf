import type { Sql } from "../../db/sql.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";

/** An import as it is shown: without what only the jobs that read and write it need. */
export type ShownImport = Omit<ImportBatch, "fileDigest" | "vocabulary" | "attempt">;

/** The columns of a ShownImport, of the table `import_batch`. */
export const shownImportColumns = `
  id, organisation_id AS "organisationId", file_name AS "fileName", file_bytes AS "fileBytes", format, encoding,
  account_id AS "accountId", status, step, import_when_read AS "importWhenRead", bytes_read AS "bytesRead",
  rows_read AS "rowsRead", rows_written AS "rowsWritten", layout, survey, preview, questions, checks,
  checks_passed AS "checksPassed", checks_failed AS "checksFailed", total_rows AS "totalRows", lines, skipped,
  problems, recognised, added, sources, unbalanced_reason AS "unbalancedReason",
  unbalanced_accepted_by AS "unbalancedAcceptedBy", failure_code AS "failureCode",
  failure_message AS "failureMessage", created_by AS "createdBy", created_at AS "createdAt",
  finished_at AS "finishedAt", undone_at AS "undoneAt", undone_by AS "undoneBy"`;

/** Imports by id, in no particular order. Ids that name nothing here are left out. */
export async function readImports(sql: Sql, ids: readonly string[]): Promise<ShownImport[]> {
  return sql.query<ShownImport>(
    `SELECT ${shownImportColumns} FROM import_batch WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
}

/**
 * For each import the newest earlier one of the very same file whose lines are still in the books.
 * @returns by the later import's id
 */
export async function readSameFiles(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, ShownImport>> {
  const pairs = await sql.query<{ id: string; same: string }>(
    `SELECT DISTINCT ON (b.id) b.id, o.id AS same FROM import_batch b
     JOIN import_batch o ON o.organisation_id = b.organisation_id AND o.file_digest = b.file_digest
       AND o.status = 'complete' AND (o.created_at, o.id) < (b.created_at, b.id)
     WHERE b.id = ANY ($1::uuid[]) ORDER BY b.id, o.created_at DESC, o.id DESC`,
    [ids],
  );
  const found = await readImports(
    sql,
    pairs.map(({ same }) => same),
  );
  const byId = new Map(found.map((row) => [row.id, row]));
  return new Map(
    pairs.flatMap(({ id, same }) => {
      const row = byId.get(same);
      return row === undefined ? [] : [[id, row]];
    }),
  );
}

/** Which of these imports still have their file. */
export async function readFilesKept(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, boolean>> {
  const rows = await sql.query<{ id: string; kept: boolean }>(
    `SELECT b.id, EXISTS (
       SELECT FROM import_file_part p WHERE p.organisation_id = b.organisation_id AND p.batch_id = b.id
     ) AS kept FROM import_batch b WHERE b.id = ANY ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, kept }) => [id, kept]));
}

/**
 * The accounts that each import has lines of, in the order in which its file names them. A statement of a file that
 * does not say whose it is belongs to the account chosen.
 */
export async function readAccountsOfImports(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await sql.query<{ id: string; accountId: string }>(
    `SELECT b.id, COALESCE(s.account_id, b.account_id) AS "accountId"
     FROM import_batch b LEFT JOIN import_statement s
       ON s.organisation_id = b.organisation_id AND s.batch_id = b.id
     WHERE b.id = ANY ($1::uuid[]) AND COALESCE(s.account_id, b.account_id) IS NOT NULL
     GROUP BY 1, 2 ORDER BY b.id, min(s.position)`,
    [ids],
  );
  const byImport = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { id, accountId } of rows) byImport.get(id)?.push(accountId);
  return byImport;
}

/** How the lines that an import added stand now. */
export interface ImportStanding {
  readonly matched: number;
  readonly unmatched: number;
}

/** Counts by an index that holds what is asked: some 0.1 s for a million lines. */
export async function readStandings(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, ImportStanding>> {
  const rows = await sql.query<{ id: string; status: string; count: bigint }>(
    `SELECT import_batch_id AS id, status, count(*) FROM bank_transaction
     WHERE import_batch_id IS NOT NULL AND import_batch_id = ANY ($1::uuid[]) GROUP BY 1, 2`,
    [ids],
  );
  const standings = new Map(ids.map((id) => [id, { matched: 0, unmatched: 0 }]));
  for (const { id, status, count } of rows) {
    const standing = standings.get(id);
    if (standing === undefined) continue;
    if (status === "matched") standing.matched += Number(count);
    if (status === "unmatched" || status === "part_matched") standing.unmatched += Number(count);
  }
  return standings;
}
