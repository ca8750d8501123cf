import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type MatchReplay, readLatestReplays } from "./match-replay.ts";

/** The most replays of one answer. */
export const replaysMax = 100;

/** The latest replays, the last requested first. @throws Forbidden */
export function listReplays(app: App, viewer: Viewer, first: number): Promise<MatchReplay[]> {
  authorise(viewer, "transactions:read");
  const count = Math.min(Math.max(first, 0), replaysMax);
  return readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    readLatestReplays(sql, count),
  );
}
