import type { App } from "../../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { recordAudit } from "../../audit/record.ts";
import { NotFound } from "../../errors.ts";
import { knownIds } from "../../ids.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { requestRun } from "../runs/request-run.ts";
import { type MatchingRule, readRules, readRulesById } from "./matching-rule.ts";

/** How a rule was changed, for the log. */
export interface RuleChange {
  readonly action: `matching_rule.${string}`;
  readonly detail?: Readonly<Record<string, string | number>>;
  /** Whether the next bank transactions may fare differently: then a run of matching follows. */
  readonly acts: boolean;
}

/**
 * Changes the rules of an organisation, one change at a time: whoever comes second sees what the first has made, so
 * positions stay dense and bounds hold.
 * @param work answers the rule's id and what was done, or null for the change where nothing was
 * @throws Forbidden, and what `work` throws
 */
export async function changeRules(
  app: App,
  viewer: Viewer,
  work: (
    tx: TenantTransaction,
    rules: readonly MatchingRule[],
  ) => Promise<{ id: string; change: RuleChange | null }>,
): Promise<MatchingRule> {
  authorise(viewer, "matching:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    await tx.query("SELECT FROM organisation WHERE id = $1 FOR NO KEY UPDATE", [tx.organisationId]);
    const { id, change } = await work(tx, await readRules(tx));
    const [rule] = await readRulesById(tx, [id]);
    if (!rule) throw new NotFound("rule");
    if (change === null) return rule;
    await recordAudit(tx, viewer, {
      action: change.action,
      subjectKind: "matching_rule",
      subjectId: id,
      detail: { name: rule.name, ...change.detail },
    });
    if (change.acts) await requestRun(tx, viewer, { trigger: "rule", at: app.now() });
    return rule;
  });
}

/** @throws NotFound; an archived rule is changed no more */
export function ruleOfId(rules: readonly MatchingRule[], id: string): MatchingRule {
  const [known] = knownIds([id], "rule");
  const rule = rules.find((each) => each.id === known);
  if (!rule) throw new NotFound("rule");
  return rule;
}

/** Puts a rule at a place among the others and counts them anew, from 1. @param position is kept within the list */
export async function placeRule(
  tx: TenantTransaction,
  rules: readonly MatchingRule[],
  id: string,
  position: number,
): Promise<number> {
  const ids = rules.map((rule) => rule.id).filter((each) => each !== id);
  const place = Math.min(Math.max(Math.trunc(position), 1), ids.length + 1);
  ids.splice(place - 1, 0, id);
  await writePositions(tx, ids);
  return place;
}

/** @param ids in their new order */
export async function writePositions(tx: TenantTransaction, ids: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE matching_rule AS r SET position = p.position
     FROM unnest($1::uuid[]) WITH ORDINALITY AS p (id, position)
     WHERE r.id = p.id AND r.position <> p.position`,
    [ids],
  );
}
