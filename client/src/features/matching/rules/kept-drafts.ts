import type { RuleDraft } from "./draft.ts";

/** What somebody was writing when they went to try it. */
export interface KeptRule {
  /** Null: it was not stored yet. */
  ruleId: string | null;
  draft: RuleDraft;
}

/**
 * A rule is tried on a page of its own before it is saved; whoever comes back from there goes on where they were. By the
 * replay's id, and not beyond this window.
 */
const kept = new Map<string, KeptRule>();

export const keptRules = {
  has(replayId: string): boolean {
    return kept.has(replayId);
  },
  keep(replayId: string, rule: KeptRule): void {
    kept.set(replayId, rule);
  },
  /** Whoever takes it up again has it from then on. */
  take(replayId: string): KeptRule | undefined {
    const rule = kept.get(replayId);
    kept.delete(replayId);
    return rule;
  },
};
