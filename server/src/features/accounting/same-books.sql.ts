import type { Sql } from "../../db/sql.ts";
import type { Feed } from "./feed.ts";

/**
 * The ids of the connections to the same books as one: itself, and others to the company of the same name in the same
 * package. Books that were given up and connected again are another connection, and the same accounts.
 * @param connection the place of its id among the query's values: "$1"
 */
export function connectionsOfSameBooks(connection: string): string {
  return `(SELECT c.id FROM (SELECT * FROM accounting_connection WHERE id = ${connection}) own
    CROSS JOIN LATERAL (SELECT id FROM accounting_connection WHERE id = own.id
      OR (platform = own.platform AND package = own.package AND company_name = own.company_name
        AND linked_at IS NOT NULL AND own.linked_at IS NOT NULL)) c)`;
}

/**
 * The ids of the feeds that led a bank account into the same account of the same books before. $1 the bank account, $2
 * the connection, $3 the feed itself, $4 the account of the books.
 */
export const feedsBefore = `SELECT id FROM feed_account WHERE account_id = $1 AND id <> $3
  AND ((connection_id = $2 AND target_external_id IS NOT DISTINCT FROM $4)
    OR (target_external_id = $4 AND connection_id IN ${connectionsOfSameBooks("$2")}))
  ORDER BY id`;

export async function readFeedsBefore(
  sql: Sql,
  feed: Pick<Feed, "id" | "accountId" | "connectionId" | "targetExternalId">,
): Promise<string[]> {
  const { id, accountId, connectionId, targetExternalId } = feed;
  const values = [accountId, connectionId, id, targetExternalId];
  return (await sql.query<{ id: string }>(feedsBefore, values)).map((row) => row.id);
}
