import {
  firstRuleOf,
  matchRules,
  type RuleMatch,
} from "../../../core/matching/rules/match-rules.ts";
import type { Rule, RuleAction } from "../../../core/matching/rules/rule.ts";
import type { MatchableTransaction } from "../../../core/matching/types.ts";
import { magnitude } from "../../../core/money.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { recordAudits } from "../../audit/record.ts";
import { emitTransactionsChanged } from "../../transactions/emit-transactions-changed.ts";
import type { Viewer } from "../../viewer.ts";
import { type Acting, actOnLines } from "./act-on-lines.ts";
import { effectOfRule } from "./effect-of-rule.ts";
import { writeHits } from "./rule-hit.ts";
import { type RuleLine, readRuleLines } from "./rule-line.sql.ts";

/** What rules have made of some bank transactions. */
export interface AppliedRules {
  /** How many hits were recorded: lines on which a rule acted for the first time. */
  readonly hits: number;
  /** How many matches were made: lines that were booked as an expense or income of their own. */
  readonly matches: number;
  /** Lines that are no longer open: excluded, transferred or booked. */
  readonly settledIds: readonly string[];
  /** Lines of which anything was changed, those included: what was read of them before is old. */
  readonly changedIds: readonly string[];
  /** Who paid, as a rule says, of the lines that stay open. */
  readonly clients: ReadonlyMap<string, NamedClient>;
}

/** A payer's name, and the rule that says so. */
export interface NamedClient {
  readonly name: string;
  readonly ruleId: string;
}

/** Bank transactions that are best given at once: locks are held for well under a second. */
export const ruledTransactionsMax = 2_000;

/**
 * Lets the rules act on bank transactions, before anything is matched. For each line the first enabled rule that it
 * meets decides, and only on lines that are unmatched, not excluded and posted; a category that a person chose stays.
 * What a rule has done to a line is recorded as one hit; again, it changes nothing and records nothing.
 * @param request.rules in order, as readRules answers them; a rule that was changed since then is left to the next run
 * @param request.transactions at most ruledTransactionsMax
 */
export async function applyRules(
  tx: TenantTransaction,
  request: {
    runId: string | null;
    rules: readonly Rule[];
    transactions: readonly MatchableTransaction[];
    viewer: Viewer;
    at: Date;
  },
): Promise<AppliedRules> {
  const whole = request.transactions.filter(
    ({ openMinor, amountMinor, pending }) => !pending && openMinor === magnitude(amountMinor),
  );
  const met = matchRules(request.rules, whole);
  const nothing = { hits: 0, matches: 0, settledIds: [], changedIds: [], clients: new Map() };
  if (met.length === 0) return nothing;
  const rules = await stillValid(tx, request.rules);
  const { acting, clients } = await decideUnderLock(tx, met, rules);
  if (acting.length === 0) return { ...nothing, clients };
  const done = await actOnLines(tx, acting, request);
  await writeHits(tx, done.hits, request);
  await recordAudits(tx, request.viewer, done.audits);
  const changedIds = [...new Set([...done.hits.map((hit) => hit.transactionId), ...done.others])];
  emitTransactionsChanged(tx, changedIds);
  const open = new Set(
    acting.filter(({ rule }) => isOpenAfter(rule.action)).map(({ line }) => line.id),
  );
  return {
    hits: done.hits.length,
    matches: done.hits.filter(({ detail }) => "matchId" in detail).length,
    settledIds: changedIds.filter((id) => !open.has(id)),
    changedIds,
    clients,
  };
}

function isOpenAfter(action: RuleAction): boolean {
  return action.kind === "match_client" || (action.kind === "categorise" && !action.standalone);
}

/** Rules as they were read, without those that somebody has changed or switched off since. */
async function stillValid(tx: TenantTransaction, rules: readonly Rule[]): Promise<readonly Rule[]> {
  const rows = await tx.query<{ id: string; version: number }>(
    "SELECT id, version FROM matching_rule WHERE enabled AND archived_at IS NULL",
  );
  const versions = new Map(rows.map(({ id, version }) => [id, version]));
  return rules.filter(({ id, version }) => versions.get(id) === version);
}

/** Most lines that rules meet again and again are not touched any more: only those that one acts on are locked. */
async function decideUnderLock(
  tx: TenantTransaction,
  met: readonly RuleMatch[],
  rules: readonly Rule[],
): Promise<{ acting: Acting[]; clients: Map<string, NamedClient> }> {
  const first = firstRuleOf(rules);
  const ids = met.map(({ transactionId }) => transactionId);
  const clients = new Map<string, NamedClient>();
  const decide = (lines: readonly RuleLine[]) =>
    lines.flatMap((line): Acting[] => {
      const rule = first(line);
      if (rule === null) return [];
      const effect = effectOfRule(rule, line);
      const names = effect === "acts" || effect === "done";
      if (rule.action.kind === "match_client" && names) {
        clients.set(line.id, { name: rule.action.clientName, ruleId: rule.id });
      }
      return effect === "acts" ? [{ line, rule }] : [];
    });
  const likely = decide(await readRuleLines(tx, ids, ""));
  if (likely.length === 0) return { acting: [], clients };
  const locked = await readRuleLines(
    tx,
    likely.map(({ line }) => line.id),
    "FOR UPDATE",
  );
  return { acting: decide(locked), clients };
}
