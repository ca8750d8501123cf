import type { CurrencyCode } from "../../core/currencies.ts";
import { type Money, money } from "../../core/money.ts";
import type { Sql } from "../../db/sql.ts";

/** What is still to be paid of demands: by currency, and how many there are. */
export interface Outstanding {
  readonly amounts: readonly Money[];
  readonly count: number;
}

/** Of the demands of each block. */
export function readOutstandingOfBlocks(sql: Sql, ids: readonly string[]) {
  return readOutstanding(sql, ids, "block_id", "true");
}

/** Of the demands for each unit. */
export function readOutstandingOfUnits(sql: Sql, ids: readonly string[]) {
  return readOutstanding(sql, ids, "unit_id", "true");
}

/** Of the demands to each leaseholder. A leaseholder's demands are all for one unit, which has an index. */
export function readOutstandingOfLeaseholders(sql: Sql, ids: readonly string[]) {
  const ofTheirUnits =
    "unit_id = ANY (ARRAY(SELECT unit_id FROM leaseholder WHERE id = ANY ($1::uuid[])))";
  return readOutstanding(sql, ids, "leaseholder_id", ofTheirUnits);
}

async function readOutstanding(
  sql: Sql,
  ids: readonly string[],
  column: "block_id" | "unit_id" | "leaseholder_id",
  narrowed: string,
): Promise<Map<string, Outstanding>> {
  const rows = await sql.query<{
    id: string;
    currency: CurrencyCode;
    openMinor: bigint;
    count: bigint;
  }>(
    `SELECT ${column} AS id, currency, sum(open_minor)::bigint AS "openMinor", count(*) AS count
     FROM open_item
     WHERE ${column} = ANY ($1::uuid[]) AND ${narrowed} AND block_id IS NOT NULL
       AND kind = 'demand' AND status IN ('open', 'part_paid')
     GROUP BY ${column}, currency ORDER BY ${column}, currency`,
    [ids],
  );
  const found = new Map<string, { amounts: Money[]; count: number }>(
    ids.map((id) => [id, { amounts: [], count: 0 }]),
  );
  for (const { id, currency, openMinor, count } of rows) {
    const outstanding = found.get(id);
    outstanding?.amounts.push(money(openMinor, currency));
    if (outstanding) outstanding.count += Number(count);
  }
  return found;
}
