import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { knownIdOr } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import {
  type AccountingConnection,
  type AccountingStatus,
  accountingConnectionColumns,
} from "./accounting-connection.ts";

const connectionsMax = 500;

/** The organisation's accounting connections, newest first; disconnected ones only if asked for. @throws Forbidden */
export async function listAccountingConnections(
  app: App,
  viewer: Viewer,
  { disconnected }: { disconnected: boolean },
): Promise<AccountingConnection[]> {
  authorise(viewer, "bank_connections:read");
  return readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<AccountingConnection>(
      `SELECT ${accountingConnectionColumns} FROM accounting_connection
       ${disconnected ? "" : "WHERE status <> 'disconnected'"}
       ORDER BY created_at DESC, id DESC LIMIT ${connectionsMax}`,
    ),
  );
}

/** Accounting connections by id; ids that are none of the organisation's are left out. @throws Forbidden */
export async function readAccountingConnections(
  app: App,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, AccountingConnection>> {
  authorise(viewer, "bank_connections:read");
  const rows = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<AccountingConnection>(
      `SELECT ${accountingConnectionColumns} FROM accounting_connection WHERE id = ANY ($1::uuid[])`,
      [ids.flatMap((id) => knownIdOr(id, []))],
    ),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

export const accountingActions = [
  "continue",
  "refresh",
  "reconnect",
  "pull_documents",
  "disconnect",
] as const;

export type AccountingAction = (typeof accountingActions)[number];

/** What can be done about a connection now. */
export function accountingActionsOf(
  connection: Pick<AccountingConnection, "status" | "linkUrl" | "pullsDocuments">,
): AccountingAction[] {
  const offered: Readonly<Record<AccountingStatus, readonly AccountingAction[]>> = {
    pending: [...(connection.linkUrl ? (["continue"] as const) : []), "refresh", "disconnect"],
    linked: [
      "refresh",
      ...(connection.pullsDocuments ? (["pull_documents"] as const) : []),
      "disconnect",
    ],
    reconnect_required: ["reconnect", "refresh", "disconnect"],
    disconnected: [],
  };
  return [...offered[connection.status]];
}
