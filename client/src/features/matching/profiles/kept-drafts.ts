import type { ProfileValues } from "./values.ts";

/** What somebody was writing when they went to try it. */
export interface KeptDraft {
  values: ProfileValues;
  name: string;
  note: string;
}

/**
 * A definition is tried on a page of its own before it is saved; whoever comes back from there goes on where they were.
 * Kept until it is saved or given up, and not beyond this window.
 */
const drafts = new Map<string, KeptDraft>();

export const keptDrafts = {
  of(profileId: string, copying: boolean): KeptDraft | undefined {
    return drafts.get(keyOf(profileId, copying));
  },
  keep(profileId: string, copying: boolean, draft: KeptDraft): void {
    drafts.set(keyOf(profileId, copying), draft);
  },
  drop(profileId: string, copying: boolean): void {
    drafts.delete(keyOf(profileId, copying));
  },
};

function keyOf(profileId: string, copying: boolean): string {
  return `${copying ? "copy" : "change"} ${profileId}`;
}
