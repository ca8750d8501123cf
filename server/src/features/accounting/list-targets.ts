import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { TargetAccount } from "../../platforms/platform.ts";
import { Conflict, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { findAccountingConnection } from "./accounting-connection.ts";
import { type Feed, feedColumns } from "./feed.ts";
import { openLink } from "./platform-link.ts";

/** An account of the books, and the feed that it has here already. */
export interface Target extends TargetAccount {
  readonly fedBy: Feed | null;
}

/**
 * The accounts of the books that a bank account can feed. Asks the platform.
 * @throws Forbidden, NotFound, Conflict unless it is linked, PlatformFailure
 */
export async function listTargets(
  app: App,
  viewer: Viewer,
  connectionId: string,
): Promise<Target[]> {
  authorise(viewer, "accounting:manage");
  const { connection, feeds } = await readAsOrganisation(
    app.database,
    viewer.organisationId,
    async (sql) => {
      const found = await findAccountingConnection(sql, connectionId);
      if (found === null) throw new NotFound("accounting connection");
      const live = await sql.query<Feed>(
        `SELECT ${feedColumns} FROM feed_account WHERE connection_id = $1 AND status <> 'disconnected'`,
        [found.id],
      );
      return { connection: found, feeds: live };
    },
  );
  if (connection.status !== "linked") throw new Conflict("Grant access to the books first.");
  const { platform, link } = openLink(app, viewer.organisationId, connection);
  const targets = await platform.listTargets(link);
  return targets.map((target) => ({
    ...target,
    fedBy: feeds.find((feed) => feed.targetExternalId === target.externalId) ?? null,
  }));
}
