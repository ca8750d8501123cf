import { coalesce } from "../../../lib/coalesce.ts";
import { live } from "../../../lib/live.svelte.ts";
import type { PagedList } from "../../../lib/paged.svelte.ts";
import { DecisionsMadeDocument } from "./documents.ts";

/** Reads what was learned again when somebody, or a run, has decided something. */
export function reloadOnDecisions(list: Pick<PagedList<unknown>, "cursor" | "reload">): void {
  live(DecisionsMadeDocument, {
    after: () => list.cursor,
    onEvent: coalesce(list.reload),
    onRefetch: list.reload,
  });
}
