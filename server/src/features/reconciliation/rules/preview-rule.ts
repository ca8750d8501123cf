import type { App } from "../../../app.ts";
import { isCurrencyCode } from "../../../core/currencies.ts";
import { compileRule, FoldedTexts } from "../../../core/matching/rules/compile-rule.ts";
import { findRuleWarnings } from "../../../core/matching/rules/find-rule-warnings.ts";
import { firstRuleOf } from "../../../core/matching/rules/match-rules.ts";
import { isSameAction, type Rule } from "../../../core/matching/rules/rule.ts";
import { type Money, magnitude, money } from "../../../core/money.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { effectOfRule } from "./effect-of-rule.ts";
import { effectSentence } from "./effect-sentence.ts";
import { readRules } from "./matching-rule.ts";
import { readRuleHistory } from "./rule-history.sql.ts";
import { type RuleInput, readRuleInput } from "./rule-input.ts";
import type { RuleLine } from "./rule-line.sql.ts";
import { type RuleNames, readRuleNames } from "./rule-names.ts";
import { type ToldWarning, tellEffectsOnOthers, tellWarnings } from "./rule-warnings.ts";
import { isSameRule } from "./update-rule.ts";
import { ruleOfId } from "./write-rules.ts";

/** What a rule would do, tried on the lines of the last months. Nothing is written. */
export interface RulePreview {
  /** Lines that meet it. */
  readonly matching: number;
  /** Those of them on which the next run would let it act. */
  readonly changing: number;
  /** Those of them that are matched or excluded already: it leaves them alone. */
  readonly alreadyDecided: number;
  /** What the lines that meet it come to, without signs, by currency. */
  readonly amount: readonly Money[];
  /** Some of them, those that it would act on first, then the newest. */
  readonly sample: readonly RulePreviewLine[];
  readonly warnings: readonly ToldWarning[];
  /** Whether there are more lines in these months than were looked at. */
  readonly bounded: boolean;
}

export interface RulePreviewLine {
  readonly transactionId: string;
  readonly effect: string;
  readonly conflict: string | null;
}

const sampleMax = 20;
/** What a rule that is not kept yet is called here. */
const draftId = "00000000-0000-0000-0000-000000000000";

export interface RulePreviewRequest extends Pick<RuleInput, "conditions" | "action" | "position"> {
  /** The rule that is changed, where it is one. */
  readonly id?: string | null | undefined;
}

/** @throws Forbidden, NotFound, InvalidInput */
export async function previewRule(
  app: App,
  viewer: Viewer,
  request: RulePreviewRequest,
): Promise<RulePreview> {
  authorise(viewer, "matching:manage");
  authorise(viewer, "transactions:read");
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    const rules = await readRules(sql);
    const before = request.id == null ? null : ruleOfId(rules, request.id);
    const { conditions, action } = await readRuleInput(sql, request);
    const draft: Rule = {
      ...{ id: before?.id ?? draftId, name: before?.name ?? "This rule", enabled: true },
      ...{ version: versionAfter(before, { conditions, action }), conditions, action },
    };
    const others: readonly Rule[] = rules.filter(({ id }) => id !== before?.id);
    const last = before ? before.position : rules.length + 1;
    const place = Math.min(Math.max(request.position ?? last, 1), others.length + 1);
    const all = others.toSpliced(place - 1, 0, draft);
    const names = await readRuleNames(sql);
    const history = await readRuleHistory(sql, app.now());
    const met = meetingOf(draft, history.lines);
    const found = findRuleWarnings(all, { surroundings: names, history: history.lines });
    const warnings = [
      ...tellWarnings(
        found.filter(({ ruleId }) => ruleId === draft.id),
        rules,
      ),
      ...tellEffectsOnOthers(
        found.filter(({ otherRuleId }) => otherRuleId === draft.id),
        rules,
      ),
    ];
    return { ...tell(draft, all, met, names), warnings, bounded: history.bounded };
  });
}

function versionAfter(before: Rule | null, after: Pick<Rule, "conditions" | "action">): number {
  if (before === null) return 1;
  return isSameRule(before, after) ? before.version : before.version + 1;
}

function meetingOf(draft: Rule, lines: readonly RuleLine[]): RuleLine[] {
  const meets = compileRule(draft.conditions);
  return lines.filter((line) => meets(line, new FoldedTexts(line)));
}

function tell(
  draft: Rule,
  rules: readonly Rule[],
  met: readonly RuleLine[],
  names: RuleNames,
): Pick<RulePreview, "matching" | "changing" | "alreadyDecided" | "amount" | "sample"> {
  const first = firstRuleOf(rules);
  const compiled = rules.map((rule) => ({ rule, meets: compileRule(rule.conditions) }));
  const told = met.map((line) => {
    const rule = first(line);
    const own = rule?.id === draft.id;
    const effect = effectOfRule(draft, line);
    return { line, effect, taker: own ? null : rule, acts: own && effect === "acts" };
  });
  const sample = [...told.filter(({ acts }) => acts), ...told.filter(({ acts }) => !acts)];
  const conflictOf = (line: RuleLine) =>
    compiled.find(
      ({ rule, meets }) =>
        rule.id !== draft.id &&
        rule.enabled &&
        !isSameAction(rule.action, draft.action) &&
        meets(line, new FoldedTexts(line)),
    )?.rule.name ?? null;
  return {
    matching: met.length,
    changing: told.filter(({ acts }) => acts).length,
    alreadyDecided: told.filter(({ effect }) => effect === "decided").length,
    amount: sumByCurrency(met),
    sample: sample.slice(0, sampleMax).map(({ line, effect, taker }) => ({
      transactionId: line.id,
      effect: effectSentence(effect, draft.action, taker, names),
      conflict: conflictOf(line),
    })),
  };
}

function sumByCurrency(lines: readonly RuleLine[]): Money[] {
  const sums = new Map<string, bigint>();
  for (const { currency, amountMinor } of lines) {
    sums.set(currency, (sums.get(currency) ?? 0n) + magnitude(amountMinor));
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([currency, sum]) => (isCurrencyCode(currency) ? [money(sum, currency)] : []));
}
