import type { Sql } from "../../db/sql.ts";
import type { Match } from "./match.ts";

/** What made the live match of each of these bank transactions that has one; where a person made one of several, a person. */
export async function readMatchOrigins(
  sql: Sql,
  transactionIds: readonly string[],
): Promise<Map<string, Match["origin"]>> {
  const rows = await sql.query<{ id: string; origin: Match["origin"] }>(
    `SELECT t.id, o.origin FROM unnest($1::uuid[]) AS t (id)
     CROSS JOIN LATERAL (
       SELECT max(m.origin) AS origin FROM payment p
       CROSS JOIN LATERAL (SELECT origin FROM match WHERE id = p.match_id LIMIT 1) m
       WHERE p.transaction_id = t.id AND p.voided_at IS NULL) o
     WHERE o.origin IS NOT NULL`,
    [transactionIds],
    "match_origins",
  );
  return new Map(rows.map(({ id, origin }) => [id, origin]));
}
