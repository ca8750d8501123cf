import type pg from "pg";
import { newId } from "../src/db/ids.ts";

/**
 * One statement for all rows: a year of open items one by one would double the first start.
 * @param columns the values of each column, row by row; ids are made here
 * @returns the rows' ids
 */
export async function insertRows(
  client: pg.Client,
  organisationId: string,
  table: string,
  columns: Record<string, [type: string, values: unknown[]]>,
): Promise<string[]> {
  const names = ["id", ...Object.keys(columns)];
  const [first] = Object.values(columns);
  const ids = first?.[1].map(() => newId()) ?? [];
  const types = ["uuid", ...Object.values(columns).map(([type]) => type)];
  const arrays = types.map((type, index) => `$${index + 2}::${type}[]`);
  await client.query(
    `INSERT INTO ${table} (organisation_id, ${names.join(", ")})
     SELECT $1, * FROM unnest(${arrays.join(", ")})`,
    [organisationId, ids, ...Object.values(columns).map(([, values]) => values)],
  );
  return ids;
}
