import { coalesce } from "../../../lib/coalesce.ts";
import { live } from "../../../lib/live.svelte.ts";
import { query } from "../../../lib/query.svelte.ts";
import { DecisionsMadeDocument, LearnedCursorDocument } from "./documents.ts";

/** Reads what was learned again when somebody, or a run, has decided something. */
export function reloadOnDecisions(reload: () => void): void {
  const cursor = query(LearnedCursorDocument, () => ({}), "network-only");
  const reloadSoon = coalesce(reload);
  live(DecisionsMadeDocument, {
    after: () => cursor.data?.eventCursor,
    onEvent: reloadSoon,
    onRefetch: reload,
  });
}
