import { mutateOrToast } from "../../../lib/mutate.ts";
import { router } from "../../../lib/router.svelte.ts";
import { href } from "../../../routes.ts";
import { ReplayRuleDocument, type Rule } from "./documents.ts";

/** Tries a rule on what people decided, and leads to what comes of it. */
export async function replayRule({ id }: Pick<Rule, "id">): Promise<void> {
  const replay = await mutateOrToast(ReplayRuleDocument, { ruleId: id });
  if (replay) router.go(href("/finance/matching/replays/:id", { id: replay.id }));
}
