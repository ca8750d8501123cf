import { isCurrencyCode } from "../../../core/currencies.ts";
import type { Rule, RuleAction, RuleConditions } from "../../../core/matching/rules/rule.ts";
import { formatDecimal, money, parseDecimal } from "../../../core/money.ts";
import type { Sql } from "../../../db/sql.ts";

/** A rule as it is read: what core asks of transactions, and who set it. */
export interface MatchingRule extends Rule {
  /** From 1, without gaps; of an archived one where it last stood. */
  readonly position: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly archivedAt: Date | null;
}

/** Conditions as the column `conditions` holds them: amounts as decimals of the currency. */
export interface StoredConditions {
  readonly texts: RuleConditions["texts"];
  readonly amountMin: string | null;
  readonly amountMax: string | null;
  readonly currency: string | null;
  readonly direction: "in" | "out" | null;
  readonly accountIds: readonly string[];
  readonly blockId: string | null;
}

interface RuleRow extends Omit<MatchingRule, "conditions"> {
  readonly conditions: StoredConditions;
}

const columns = `
  id, position, name, version, enabled, conditions, action, created_by AS "createdBy", created_at AS "createdAt",
  changed_at AS "changedAt", archived_at AS "archivedAt"`;

/** The most rules of an organisation that are not archived. */
export const rulesMax = 200;

/** The organisation's rules in the order in which they are asked; none that is archived. */
export async function readRules(sql: Sql): Promise<MatchingRule[]> {
  const rows = await sql.query<RuleRow>(
    `SELECT ${columns} FROM matching_rule WHERE archived_at IS NULL ORDER BY position, id LIMIT $1`,
    [rulesMax],
  );
  return rows.map(ruleOf);
}

/** Rules by id, archived ones too. Ids that name nothing are left out. */
export async function readRulesById(sql: Sql, ids: readonly string[]): Promise<MatchingRule[]> {
  const rows = await sql.query<RuleRow>(
    `SELECT ${columns} FROM matching_rule WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  return rows.map(ruleOf);
}

function ruleOf(row: RuleRow): MatchingRule {
  return { ...row, conditions: readConditions(row.conditions) };
}

export function storeConditions(conditions: RuleConditions): StoredConditions {
  const { amountMinMinor, amountMaxMinor, currency, ...rest } = conditions;
  const decimal = (minor: bigint | null) =>
    minor === null || currency === null ? null : formatDecimal(money(minor, currency));
  return {
    ...rest,
    currency,
    amountMin: decimal(amountMinMinor),
    amountMax: decimal(amountMaxMinor),
  };
}

/** What the column holds, as core asks it. */
export function readConditions(stored: StoredConditions): RuleConditions {
  const { amountMin, amountMax, ...rest } = stored;
  const currency =
    stored.currency !== null && isCurrencyCode(stored.currency) ? stored.currency : null;
  const minor = (decimal: string | null) => {
    if (decimal === null || currency === null) return null;
    const parsed = parseDecimal(decimal, currency);
    return parsed.ok ? parsed.value.amountMinor : null;
  };
  return { ...rest, currency, amountMinMinor: minor(amountMin), amountMaxMinor: minor(amountMax) };
}

/** How often a rule has acted, and when last. */
export interface RuleHits {
  readonly count: number;
  readonly lastAt: Date | null;
}

/** What was undone is not counted. */
export async function readHitsOfRules(
  sql: Sql,
  ruleIds: readonly string[],
): Promise<Map<string, RuleHits>> {
  const rows = await sql.query<{ id: string; count: number; lastAt: Date | null }>(
    `SELECT r.id, h.count, h."lastAt" FROM unnest($1::uuid[]) AS r (id) CROSS JOIN LATERAL (
       SELECT count(*)::int AS count, max(hit_at) AS "lastAt" FROM rule_hit
       WHERE rule_id = r.id AND undone_at IS NULL) h`,
    [ruleIds],
  );
  return new Map(rows.map(({ id, ...hits }) => [id, hits]));
}

export function storeAction(action: RuleAction): string {
  return JSON.stringify(action);
}
