import type { App } from "../../../app.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import {
  type AccountingConnectionRow,
  findAccountingConnection,
} from "../accounting-connection.ts";
import { type Feed, findFeed } from "../feed.ts";
import { type OpenedLink, openLink } from "../platform-link.ts";

/** What the calls about one feed need, as it stood when the job began. */
export interface PushContext {
  readonly organisationId: string;
  readonly feed: Feed;
  readonly connection: AccountingConnectionRow;
  readonly opened: OpenedLink;
}

/** Null for a feed that is gone, or whose connection is disconnected. @throws Conflict, CredentialUnreadable */
export async function loadPushContext(
  app: App,
  organisationId: string,
  feedId: string,
): Promise<PushContext | null> {
  const { feed, connection } = await readAsOrganisation(
    app.database,
    organisationId,
    async (sql) => {
      const found = await findFeed(sql, feedId);
      return {
        feed: found,
        connection: found && (await findAccountingConnection(sql, found.connectionId)),
      };
    },
  );
  if (feed === null || connection === null || connection.status === "disconnected") return null;
  return { organisationId, feed, connection, opened: openLink(app, organisationId, connection) };
}
