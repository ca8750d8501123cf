import { assert } from "../../../core/assert.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { batched } from "../../../graphql/batched.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import type { ForwardArguments } from "../../keyset-page.ts";
import { authorise } from "../../viewer.ts";
import { listRunMatches, type RunMatchPage, runMatchRequest } from "../runs/list-run-matches.ts";
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

/**
 * A page of the matches of a run that may be seen, with the pages that one level asks of other runs.
 * @throws InvalidInput
 */
export async function loadRunMatches(
  context: Context,
  runId: string,
  args: ForwardArguments,
): Promise<RunMatchPage> {
  const { page } = runMatchRequest(runId, args);
  const found = await loadPages(context, JSON.stringify({ runId, page }));
  assert(found, "every run that is asked for has a page");
  return found;
}

const loadPages = batched<RunMatchPage>(async (context, keys) => {
  const requests = keys.map((key) => JSON.parse(key));
  const pages = await listRunMatches(context.app, viewerOf(context).organisationId, requests);
  return new Map(pages.map((page, index) => [keys[index] ?? "", page]));
});
