import type { Database } from "./client.ts";
import { type Sql, sqlOver } from "./sql.ts";

/**
 * Runs `work` in one database transaction on a connection of its own, which `begin` opens, and commits. A connection
 * that cannot even be rolled back is thrown away.
 *
 * @throws whatever `work` throws, after the rollback
 */
export async function onConnection<Result>(
  database: Database,
  begin: string,
  work: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  const connection = await database.pool.connect();
  let broken: Error | undefined;
  try {
    await connection.query(begin);
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
