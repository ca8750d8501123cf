import { mutate, mutateOrToast } from "../../../lib/mutate.ts";
import { router } from "../../../lib/router.svelte.ts";
import { href } from "../../../routes.ts";
import { ReplayRuleDocument } from "../replays/documents.ts";
import type { Rule } from "./documents.ts";
import { draftOf, inputOf, type RuleDraft } from "./draft.ts";

/** Tries a rule on what people decided, and leads to what comes of it. */
export async function replayRule({ id }: Pick<Rule, "id">): Promise<void> {
  const replay = await mutateOrToast(ReplayRuleDocument, { ruleId: id });
  if (replay) router.go(href("/finance/matching/replays/:id", { id: replay.id }));
}

/**
 * Tries a rule as it is being written on what people decided.
 * @param rule the stored one that is being changed; null for a new one
 */
export function replayDraft(rule: Rule | null, draft: RuleDraft) {
  const { conditions, action } = inputOf(draft);
  const stored = rule && inputOf(draftOf(rule));
  const unchanged =
    stored !== null &&
    JSON.stringify([conditions, action]) === JSON.stringify([stored.conditions, stored.action]);
  return mutate(ReplayRuleDocument, {
    ruleId: rule?.id ?? null,
    ...(unchanged ? {} : { conditions, action }),
  });
}
