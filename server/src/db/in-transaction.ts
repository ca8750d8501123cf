import type { Database } from "./client.ts";
import { type Sql, sqlOver } from "./sql.ts";

/**
 * Runs `work` in one database transaction of no tenant, and commits: for the tables that belong to no
 * organisation (people, sessions, sign-in attempts). Tenant tables show nothing in it.
 *
 * @throws whatever `work` throws, after the rollback
 */
export async function inTransaction<Result>(
  database: Database,
  work: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  const connection = await database.pool.connect();
  let broken: Error | undefined;
  try {
    await connection.query("BEGIN");
    const result = await work(sqlOver(connection));
    await connection.query("COMMIT");
    return result;
  } catch (error) {
    await connection.query("ROLLBACK").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    connection.release(broken);
  }
}
