import type { Sql } from "../../../db/sql.ts";

/** The set of books of each account; null for the organisation's own. */
export async function readAccountBlocks(sql: Sql): Promise<Map<string, string | null>> {
  const rows = await sql.query<{ id: string; blockId: string | null }>(
    `SELECT id, block_id AS "blockId" FROM financial_account`,
  );
  return new Map(rows.map(({ id, blockId }) => [id, blockId]));
}
