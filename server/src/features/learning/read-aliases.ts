import { aliasKey } from "../../core/matching/prepare.ts";
import type { Aliases, MatchableTransaction } from "../../core/matching/types.ts";
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
  return groupAliases(rows);
}

/** That a payer was a client, both as keys and the client as it is called. */
export interface AliasOfPayer {
  readonly payerKey: string;
  readonly clientKey: string;
  readonly clientName: string;
}

/** As readAliases, for some payers alone: those that a few transactions name. */
export function readAliasesOfPayers(
  sql: Sql,
  payerKeys: readonly string[],
): Promise<AliasOfPayer[]> {
  return sql.query<AliasOfPayer>(
    `SELECT payer_key AS "payerKey", client_key AS "clientKey", client_name AS "clientName" FROM alias
     WHERE payer_key = ANY ($1::text[]) AND revoked_at IS NULL AND confirmations > 0
     ORDER BY payer_key, client_key LIMIT $2`,
    [payerKeys, aliasesMax],
  );
}

/** The keys under which these transactions' payers may have been learned. */
export function payerKeysOf(
  transactions: readonly Pick<MatchableTransaction, "counterpartyName" | "description">[],
): string[] {
  const keys = transactions.flatMap(({ counterpartyName, description }) => [
    aliasKey(counterpartyName ?? ""),
    aliasKey(description),
  ]);
  return [...new Set(keys)].filter((key) => key !== "");
}

/** By payer, all clients that it was. */
export function groupAliases(
  rows: readonly Pick<AliasOfPayer, "payerKey" | "clientKey">[],
): Aliases {
  const aliases = new Map<string, Set<string>>();
  for (const { payerKey, clientKey } of rows) {
    const clients = aliases.get(payerKey);
    if (clients === undefined) aliases.set(payerKey, new Set([clientKey]));
    else clients.add(clientKey);
  }
  return aliases;
}
