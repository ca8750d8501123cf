import type { Sql } from "../../db/sql.ts";
import { type Leaseholder, leaseholderColumns } from "./leaseholder.ts";
import { type Unit, unitColumns } from "./unit.ts";

/** Units by id. Ids that name nothing here are left out. */
export async function readUnits(sql: Sql, ids: readonly string[]): Promise<Map<string, Unit>> {
  const rows = await sql.query<Unit>(
    `SELECT ${unitColumns} FROM unit WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((unit) => [unit.id, unit]));
}

/** Leaseholders by id. Ids that name nothing here are left out. */
export async function readLeaseholders(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, Leaseholder>> {
  const rows = await sql.query<Leaseholder>(
    `SELECT ${leaseholderColumns} FROM leaseholder WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((leaseholder) => [leaseholder.id, leaseholder]));
}

/** The units of each block in the order in which people count them (2 before 10), archived ones too. */
export async function readUnitsOfBlocks(
  sql: Sql,
  blockIds: readonly string[],
): Promise<Map<string, Unit[]>> {
  const rows = await sql.query<Unit>(
    `SELECT ${unitColumns} FROM unit WHERE block_id = ANY ($1::uuid[])`,
    [blockIds],
  );
  const { compare } = new Intl.Collator("en", { numeric: true });
  const sorted = rows.sort((a, b) => compare(a.number, b.number) || (a.id < b.id ? -1 : 1));
  return grouped(blockIds, sorted, ({ blockId }) => blockId);
}

/** The leaseholders of each block by surname and name, archived ones too. */
export async function readLeaseholdersOfBlocks(
  sql: Sql,
  blockIds: readonly string[],
): Promise<Map<string, Leaseholder[]>> {
  const rows = await sql.query<Leaseholder>(
    `SELECT ${leaseholderColumns} FROM leaseholder WHERE block_id = ANY ($1::uuid[]) ORDER BY surname, name, id`,
    [blockIds],
  );
  return grouped(blockIds, rows, ({ blockId }) => blockId);
}

/** The leaseholders of each unit, archived ones too, the latest first. */
export async function readLeaseholdersOfUnits(
  sql: Sql,
  unitIds: readonly string[],
): Promise<Map<string, Leaseholder[]>> {
  const rows = await sql.query<Leaseholder>(
    `SELECT ${leaseholderColumns} FROM leaseholder WHERE unit_id = ANY ($1::uuid[])
     ORDER BY archived_at NULLS FIRST, since DESC NULLS LAST, name, id`,
    [unitIds],
  );
  return grouped(unitIds, rows, ({ unitId }) => unitId);
}

function grouped<Row>(
  keys: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Map<string, Row[]> {
  const found = new Map<string, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) found.get(keyOf(row))?.push(row);
  return found;
}

/** How many units and leaseholders a block has that are in use. */
export interface BlockCounts {
  readonly units: number;
  readonly leaseholders: number;
}

export async function readBlockCounts(
  sql: Sql,
  blockIds: readonly string[],
): Promise<Map<string, BlockCounts>> {
  const rows = await sql.query<{ id: string; units: bigint; leaseholders: bigint }>(
    `SELECT b.id,
       (SELECT count(*) FROM unit u WHERE u.block_id = b.id AND u.archived_at IS NULL) AS units,
       (SELECT count(*) FROM leaseholder l WHERE l.block_id = b.id AND l.archived_at IS NULL) AS leaseholders
     FROM unnest($1::uuid[]) AS b (id)`,
    [blockIds],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      { units: Number(row.units), leaseholders: Number(row.leaseholders) },
    ]),
  );
}
