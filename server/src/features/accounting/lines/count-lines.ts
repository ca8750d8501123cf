import type { App } from "../../../app.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { type FeedLineFilter, lineConditions } from "./list-feed-lines.ts";

/** How many lines all pages of listFeedLines have. @throws Forbidden */
export async function countLines(
  app: App,
  viewer: Viewer,
  filter: FeedLineFilter,
): Promise<number> {
  authorise(viewer, "transactions:read");
  const conditions = lineConditions(filter);
  const [row] = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM feed_line l ${conditions.where()}`,
      conditions.values,
    ),
  );
  return row?.count ?? 0;
}
