import type { Database } from "./client.ts";
import { onConnection } from "./on-connection.ts";
import type { Sql } from "./sql.ts";

/**
 * Runs `work` in one database transaction of no tenant, and commits: for the tables that belong to no
 * organisation (people, sessions, sign-in attempts). Tenant tables show nothing in it.
 *
 * @throws whatever `work` throws, after the rollback
 */
export function inTransaction<Result>(
  database: Database,
  work: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  return onConnection(database, "BEGIN", work);
}
