import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { authorise } from "../../viewer.ts";
import { countLiveMatches, readMatchingRuns } from "../runs/matching-run.ts";

/** A run of automatic matching by id. */
export const loadMatchingRun = batched((context, ids) => {
  const viewer = viewerOf(context);
  authorise(viewer, "transactions:read");
  return readAsOrganisation(context.app.database, viewer.organisationId, async (sql) => {
    const rows = await readMatchingRuns(sql, ids);
    return new Map(rows.map((row) => [row.id, row]));
  });
});

/** How many matches of a run that may be seen still stand. */
export const loadLiveMatches = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    countLiveMatches(sql, ids),
  ),
);
