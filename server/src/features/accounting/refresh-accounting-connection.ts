import type { App } from "../../app.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { AccountingConnection } from "./accounting-connection.ts";
import { lookNow } from "./look-at-accounting.ts";

/**
 * Asks the platform how the access and the feeds stand now.
 * @throws Forbidden, NotFound, Conflict, PlatformFailure
 */
export async function refreshAccountingConnection(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<AccountingConnection> {
  authorise(viewer, "accounting:manage");
  return lookNow(app, viewer, id);
}
