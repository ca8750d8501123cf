import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type Block, blockColumns, blocksMax } from "./block.ts";

/** The organisation's blocks, by name. @throws Forbidden */
export async function listBlocks(
  app: App,
  viewer: Viewer,
  options: { includeArchived: boolean },
): Promise<Block[]> {
  authorise(viewer, "bank_connections:read");
  return readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<Block>(
      `SELECT ${blockColumns} FROM block
       WHERE organisation_id = $1 AND ($2 OR archived_at IS NULL) ORDER BY name, id LIMIT $3`,
      [viewer.organisationId, options.includeArchived, blocksMax],
    ),
  );
}

/** Blocks by id. Ids that name nothing here are left out. */
export async function readBlocks(sql: Sql, ids: readonly string[]): Promise<Map<string, Block>> {
  const rows = await sql.query<Block>(
    `SELECT ${blockColumns} FROM block WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((block) => [block.id, block]));
}

/** The accounts that are in each block, by name, closed ones too. */
export async function readAccountIdsOfBlocks(
  sql: Sql,
  blockIds: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await sql.query<{ id: string; blockId: string }>(
    `SELECT id, block_id AS "blockId" FROM financial_account
     WHERE block_id = ANY ($1::uuid[]) ORDER BY name, id`,
    [blockIds],
  );
  const byBlock = new Map<string, string[]>(blockIds.map((id) => [id, []]));
  for (const { id, blockId } of rows) byBlock.get(blockId)?.push(id);
  return byBlock;
}
