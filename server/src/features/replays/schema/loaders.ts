import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import {
  isBuiltInId,
  readBuiltInProfiles,
  readOwnProfiles,
} from "../../matching-profiles/profile.ts";
import { authorise } from "../../viewer.ts";
import { readReplays } from "../match-replay.ts";

/** A replay by id, with all others that one level asks for. */
export const loadReplay = batched((context, ids) => {
  const viewer = viewerOf(context);
  authorise(viewer, "transactions:read");
  return readAsOrganisation(context.app.database, viewer.organisationId, async (sql) => {
    const replays = await readReplays(sql, ids);
    return new Map(replays.map((replay) => [replay.id, replay]));
  });
});

/** The profile of a replay that may be seen; archived ones too. */
export const loadProfile = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, async (sql) => {
    const own = ids.filter((id) => !isBuiltInId(id));
    const profiles = [
      ...(await readBuiltInProfiles(sql)),
      ...(await readOwnProfiles(sql, { ids: own, includeArchived: true })),
    ];
    return new Map(profiles.map((profile) => [profile.id, profile]));
  }),
);
