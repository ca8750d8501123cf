import type { Aliases } from "../../core/matching/types.ts";
import type { Sql } from "../../db/sql.ts";

/** The most aliases that deciding looks at: those confirmed last. */
const aliasesMax = 100_000;

/** The names that were learned and not taken back, as core reads them: by payer, all clients that it was. */
export async function readAliases(sql: Sql): Promise<Aliases> {
  const rows = await sql.query<{ payerKey: string; clientKey: string }>(
    `SELECT payer_key AS "payerKey", client_key AS "clientKey" FROM alias
     WHERE revoked_at IS NULL AND confirmations > 0 ORDER BY last_confirmed_at DESC, id LIMIT $1`,
    [aliasesMax],
  );
  const aliases = new Map<string, Set<string>>();
  for (const { payerKey, clientKey } of rows) {
    const clients = aliases.get(payerKey);
    if (clients === undefined) aliases.set(payerKey, new Set([clientKey]));
    else clients.add(clientKey);
  }
  return aliases;
}
