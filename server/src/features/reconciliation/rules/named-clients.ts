import { firstRuleOf } from "../../../core/matching/rules/match-rules.ts";
import type { Sql } from "../../../db/sql.ts";
import { effectOfRule } from "./effect-of-rule.ts";
import { readRules } from "./matching-rule.ts";
import { readRuleLines } from "./rule-line.sql.ts";

/** The clients that rules say paid these bank transactions, as a run would take them. @param ids some hundreds */
export async function readNamedClients(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rules = await readRules(sql);
  const clients = new Map<string, string>();
  if (!rules.some(({ enabled, action }) => enabled && action.kind === "match_client")) {
    return clients;
  }
  const first = firstRuleOf(rules);
  for (const line of await readRuleLines(sql, ids, "")) {
    const rule = first(line);
    if (rule?.action.kind !== "match_client") continue;
    const effect = effectOfRule(rule, line);
    if (effect === "acts" || effect === "done") clients.set(line.id, rule.action.clientName);
  }
  return clients;
}
