import type { App } from "../../app.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { newState } from "../connections/addresses.ts";
import { Conflict, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { findAccountingConnection, lockAccountingConnection } from "./accounting-connection.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";
import { lookNow } from "./look-at-accounting.ts";
import { openLink } from "./platform-link.ts";
import type { StartedAccountingConnection } from "./start-accounting-connection.ts";

/**
 * Prepares the page on which access that was lost, or never given, is granted. Feeds and what was pushed stay.
 * @throws Forbidden, NotFound, Conflict, PlatformFailure
 */
export async function reconnectAccountingConnection(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<StartedAccountingConnection> {
  authorise(viewer, "accounting:manage");
  const connection = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    findAccountingConnection(sql, id),
  );
  if (connection === null) throw new NotFound("accounting connection");
  if (connection.status === "disconnected") {
    throw new Conflict("This accounting connection is disconnected: start a new one.");
  }
  const { platform, link } = openLink(app, viewer.organisationId, connection);
  const state = connection.linkState ?? newState(connection.id);
  const seen = await platform.fetchLink(link, state);
  if (seen.status === "linked") {
    return { connection: await lookNow(app, viewer, id), linkUrl: null };
  }
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const locked = await lockAccountingConnection(tx, id);
    if (locked.status === "disconnected") throw new Conflict("It was disconnected.");
    const linkUrl = seen.nextUrl ?? locked.linkUrl;
    await tx.query(
      `UPDATE accounting_connection SET link_url = $2, link_state = $3 WHERE id = $1`,
      [id, linkUrl, state],
    );
    await recordAudit(tx, viewer, {
      action: "accounting_connection.reconnect_started",
      subjectKind: "accounting_connection",
      subjectId: id,
      detail: { company: locked.companyName },
    });
    emitAccountingChanged(tx, { connectionId: id });
    return { connection: await lockAccountingConnection(tx, id), linkUrl };
  });
}
