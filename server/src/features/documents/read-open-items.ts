import type { Sql } from "../../db/sql.ts";
import { type OpenItem, openItemColumns } from "./open-item.ts";

/** Open items by id, in no particular order. Ids that name nothing here are left out. */
export async function readOpenItems(sql: Sql, ids: readonly string[]): Promise<OpenItem[]> {
  return sql.query<OpenItem>(
    `SELECT ${openItemColumns} FROM open_item WHERE id = ANY ($1::uuid[])`,
    [ids],
    "read_open_items",
  );
}
