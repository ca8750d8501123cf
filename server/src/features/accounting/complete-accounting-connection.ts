import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { checkState, parseReturned } from "../connections/return-state.ts";
import { Conflict, InvalidInput, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type AccountingConnection, findAccountingConnection } from "./accounting-connection.ts";
import { lookNow } from "./look-at-accounting.ts";

/**
 * Takes up what a person did on the platform's page: asks how the access stands. Twice, it has one effect.
 * @param returned the query that the browser came back with; its `state` says which connection it is about
 * @throws Forbidden, NotFound, InvalidInput, Conflict for another sign-in's answer, PlatformFailure
 */
export async function completeAccountingConnection(
  app: App,
  viewer: Viewer,
  returned: string,
): Promise<AccountingConnection> {
  authorise(viewer, "accounting:manage");
  const query = parseReturned(returned);
  const [id = ""] = (query?.get("state") ?? "").split(".");
  if (id === "") throw new InvalidInput("This answer names no sign-in.", "query");
  const connection = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    findAccountingConnection(sql, id),
  );
  if (connection === null) throw new NotFound("accounting connection");
  if (connection.status === "disconnected") {
    throw new Conflict("This accounting connection is disconnected.");
  }
  // Taken up before: there is nothing that somebody else's answer could put here.
  if (connection.linkState === null) return connection;
  checkState(query, connection.linkState);
  return lookNow(app, viewer, connection.id);
}
