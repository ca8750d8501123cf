import { mutateOrToast } from "../../../lib/mutate.ts";
import { router } from "../../../lib/router.svelte.ts";
import { href } from "../../../routes.ts";
import { type Profile, ReplayProfileDocument } from "./documents.ts";

/** Tries a version of a profile on what people decided, and leads to what comes of it. */
export async function replayVersion(profile: Pick<Profile, "id">, version: number): Promise<void> {
  const replay = await mutateOrToast(ReplayProfileDocument, { profileId: profile.id, version });
  if (replay) router.go(href("/finance/matching/replays/:id", { id: replay.id }));
}
