import type { Database } from "./client.ts";
import { type Sql, sqlOver } from "./sql.ts";

/** What a caller may hold before the tenant is known; each opens exactly the rows it names (see the policies). */
export type Possession =
  | { kind: "person"; personId: string }
  | { kind: "api_key"; secretHash: Buffer }
  | { kind: "webhook"; provider: string; externalId: string };

/**
 * Reads with no tenant, seeing only the rows that name what the caller holds: a person their memberships,
 * an API key's hash its row, a webhook the connection it speaks of.
 */
export async function readAsHolder<Result>(
  database: Database,
  possession: Possession,
  read: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  const connection = await database.pool.connect();
  let broken: Error | undefined;
  try {
    const sql = sqlOver(connection);
    await connection.query("BEGIN READ ONLY");
    for (const [name, value] of settingsOf(possession)) {
      await sql.query("SELECT set_config($1, $2, true)", [name, value]);
    }
    const result = await read(sql);
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

function settingsOf(possession: Possession): [string, string][] {
  switch (possession.kind) {
    case "person":
      return [["tieout.person_id", possession.personId]];
    case "api_key":
      return [["tieout.api_key_hash", possession.secretHash.toString("hex")]];
    case "webhook":
      return [
        ["tieout.webhook_provider", possession.provider],
        ["tieout.webhook_external_id", possession.externalId],
      ];
  }
}
