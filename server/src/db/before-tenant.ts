import type { Database } from "./client.ts";
import { onConnection } from "./on-connection.ts";
import type { Sql } from "./sql.ts";

/** What a caller may hold before the tenant is known; each opens exactly the rows it names (see the policies). */
export type Possession =
  | { kind: "person"; personId: string }
  | { kind: "api_key"; secretHash: Buffer }
  | { kind: "webhook"; provider: string; externalId: string }
  | { kind: "platform_webhook"; platform: string; companyExternalId: string };

/**
 * Reads with no tenant, seeing only the rows that name what the caller holds: a person their memberships,
 * an API key's hash its row, a webhook the connection it speaks of.
 */
export function readAsHolder<Result>(
  database: Database,
  possession: Possession,
  read: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  return onConnection(database, "BEGIN READ ONLY", async (sql) => {
    for (const [name, value] of settingsOf(possession)) {
      await sql.query("SELECT set_config($1, $2, true)", [name, value]);
    }
    return read(sql);
  });
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
    case "platform_webhook":
      return [
        ["tieout.webhook_platform", possession.platform],
        ["tieout.webhook_company_id", possession.companyExternalId],
      ];
  }
}
