import type { RuleSurroundings } from "../../../core/matching/rules/find-rule-warnings.ts";
import type { Sql } from "../../../db/sql.ts";

/** What rules name, as people call it, and what of it is gone. */
export interface RuleNames extends RuleSurroundings {
  readonly accounts: ReadonlyMap<string, string>;
  readonly blocks: ReadonlyMap<string, string>;
  readonly categories: ReadonlyMap<string, string>;
}

export async function readRuleNames(sql: Sql): Promise<RuleNames> {
  const accounts = await sql.query<{
    id: string;
    name: string;
    gone: boolean;
    blockId: string | null;
  }>(
    `SELECT id, name || coalesce(' ••' || mask, '') AS name, closed_at IS NOT NULL OR NOT in_scope AS gone,
       block_id AS "blockId" FROM financial_account`,
  );
  const blocks = await sql.query<{ id: string; name: string; gone: boolean }>(
    "SELECT id, name, archived_at IS NOT NULL AS gone FROM block",
  );
  const categories = await sql.query<{ id: string; name: string }>("SELECT id, name FROM category");
  const gone = (rows: readonly { id: string; gone: boolean }[]) =>
    new Set(rows.filter((row) => row.gone).map(({ id }) => id));
  const named = (rows: readonly { id: string; name: string }[]) =>
    new Map(rows.map(({ id, name }) => [id, name]));
  return {
    accounts: named(accounts),
    blocks: named(blocks),
    categories: named(categories),
    goneAccountIds: gone(accounts),
    goneBlockIds: gone(blocks),
    // Categories stay for good.
    goneCategoryIds: new Set(),
    blockOfAccount: new Map(
      accounts.flatMap(({ id, blockId }) => (blockId === null ? [] : [[id, blockId] as const])),
    ),
  };
}
