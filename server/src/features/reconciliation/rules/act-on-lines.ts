import type { Rule, RuleAction } from "../../../core/matching/rules/rule.ts";
import { plainArray, textArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { pushAsReconciled } from "../../accounting/push-as-reconciled.ts";
import type { AuditRecord } from "../../audit/record.ts";
import type { Viewer } from "../../viewer.ts";
import { bookStandaloneUnder } from "../book-standalone.ts";
import { readBothSides } from "../lock-for-match.sql.ts";
import { applyTransferRules } from "../transfers/apply-transfer-rules.ts";
import type { HitDetail, writeHits } from "./rule-hit.ts";
import type { RuleLine } from "./rule-line.sql.ts";

/** A locked line and the rule that acts on it. */
export interface Acting {
  readonly line: RuleLine;
  readonly rule: Rule;
}

/** What was done, for the caller to write down. */
export interface Done {
  readonly hits: Parameters<typeof writeHits>[1][number][];
  readonly audits: AuditRecord[];
  /** Lines that were changed beside those with a hit: other sides of transfers. */
  readonly others: readonly string[];
}

/** Does to each line what its rule says, those of one action together. */
export async function actOnLines(
  tx: TenantTransaction,
  acting: readonly Acting[],
  request: { runId: string | null; viewer: Viewer; at: Date },
): Promise<Done> {
  const { runId, viewer, at } = request;
  const of = <Kind extends RuleAction["kind"]>(kind: Kind) =>
    acting.flatMap(({ line, rule }) =>
      rule.action.kind === kind
        ? [{ line, rule, action: rule.action as Extract<RuleAction, { kind: Kind }> }]
        : [],
    );
  const hits: Done["hits"] = [];
  const audits: AuditRecord[] = [];
  const hit = (line: RuleLine, rule: Rule, detail: HitDetail) =>
    hits.push({ ruleId: rule.id, ruleVersion: rule.version, transactionId: line.id, detail });
  const audit = (line: RuleLine, action: string, detail: AuditRecord["detail"]) =>
    audits.push({
      action,
      subjectKind: "bank_transaction",
      subjectId: line.id,
      detail: detail ?? {},
    });

  const excluded = of("exclude");
  await excludeLines(tx, excluded, { by: viewer.actor.name, at });
  for (const { line, rule, action } of excluded) {
    hit(line, rule, { action: "exclude", reason: action.reason });
    audit(line, "bank_transaction.excluded", { reason: action.reason, rule: rule.name });
  }
  const names = await readCategoryNames(tx);
  const categorised = of("categorise").filter(({ action }) => names.has(action.categoryId));
  const plain = categorised.filter(({ action }) => !action.standalone);
  await categoriseLines(tx, plain, at);
  for (const { line, rule, action } of plain) {
    const before = { categoryId: line.categoryId, byPerson: line.categoryByPerson };
    hit(line, rule, { action: "categorise", before: { ...before, given: action.categoryId } });
    const category = names.get(action.categoryId) ?? "";
    audit(line, "bank_transaction.categorised", { category, rule: rule.name });
  }
  const booked = categorised.filter(({ action }) => action.standalone);
  const transactionIds = booked.map(({ line }) => line.id);
  const { transactions } = await readBothSides(tx, { transactionIds, openItemIds: [] }, "");
  for (const { line, rule, action } of booked) {
    const transaction = transactions.find(({ id }) => id === line.id);
    if (!transaction) continue;
    const { matchId } = await bookStandaloneUnder(tx, viewer, {
      ...{ transaction, categoryId: action.categoryId, description: null },
      ...{ runId, ruleId: rule.id, at },
    });
    hit(line, rule, { action: "categorise", matchId });
  }
  for (const { line, rule, action } of of("match_client")) {
    hit(line, rule, { action: "match_client", clientName: action.clientName });
    audit(line, "bank_transaction.client_named", { client: action.clientName, rule: rule.name });
  }
  const transfers = await applyTransferRules(tx, of("transfer"), request);
  for (const { line, rule, transferId } of transfers.made) {
    hit(line, rule, { action: "transfer", transferId });
  }
  return { hits, audits, others: transfers.otherIds };
}

async function excludeLines(
  tx: TenantTransaction,
  lines: readonly { line: RuleLine; action: { reason: string } }[],
  { by, at }: { by: string; at: Date },
): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `UPDATE bank_transaction t SET excluded_at = $3, excluded_by = $4, exclusion_reason = l.reason, updated_at = $3
     FROM unnest($1::uuid[], $2::text[]) AS l (id, reason) WHERE t.id = l.id`,
    [
      plainArray(lines.map(({ line }) => line.id)),
      textArray(lines.map(({ action }) => action.reason)),
      ...[at, by],
    ],
  );
  await pushAsReconciled(tx);
}

async function categoriseLines(
  tx: TenantTransaction,
  lines: readonly { line: RuleLine; action: { categoryId: string } }[],
  at: Date,
): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `UPDATE bank_transaction t SET category_id = l.category, updated_at = $3
     FROM unnest($1::uuid[], $2::uuid[]) AS l (id, category) WHERE t.id = l.id`,
    [
      plainArray(lines.map(({ line }) => line.id)),
      plainArray(lines.map(({ action }) => action.categoryId)),
      at,
    ],
  );
}

async function readCategoryNames(tx: TenantTransaction): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ id: string; name: string }>("SELECT id, name FROM category");
  return new Map(rows.map(({ id, name }) => [id, name]));
}
