import type { App } from "../../app.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import type { ConnectionStatusChange, SyncRun } from "../../generated/prisma/client.ts";
import { authorise, type Viewer } from "../viewer.ts";

/** Sync runs by id. @throws Forbidden */
export async function readSyncRuns(
  app: App,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, SyncRun>> {
  authorise(viewer, "bank_connections:read");
  const runs = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.syncRun.findMany({
      where: { organisationId: tx.organisationId, id: { in: [...ids] } },
    }),
  );
  return new Map(runs.map((run) => [run.id, run]));
}

/** The run under way of each connection that has one. @throws Forbidden */
export async function readCurrentRuns(
  app: App,
  viewer: Viewer,
  connectionIds: readonly string[],
): Promise<Map<string, SyncRun>> {
  authorise(viewer, "bank_connections:read");
  const runs = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.syncRun.findMany({
      where: {
        organisationId: tx.organisationId,
        connectionId: { in: [...connectionIds] },
        status: "running",
      },
    }),
  );
  return new Map(runs.map((run) => [run.connectionId, run]));
}

/** The newest runs of each connection, at most `count` of each. @throws Forbidden */
export async function readLastRuns(
  app: App,
  viewer: Viewer,
  connectionIds: readonly string[],
  count: number,
): Promise<Map<string, SyncRun[]>> {
  authorise(viewer, "bank_connections:read");
  const runs = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<SyncRun>(
      `SELECT r.id, r.organisation_id AS "organisationId", r.connection_id AS "connectionId", r.trigger, r.status,
         r.pages, r.added, r.modified, r.removed, r.error_code AS "errorCode", r.error_message AS "errorMessage",
         r.started_at AS "startedAt", r.finished_at AS "finishedAt"
       FROM unnest($2::uuid[]) AS wanted (id)
       CROSS JOIN LATERAL (
         SELECT * FROM sync_run WHERE organisation_id = $1 AND connection_id = wanted.id
         ORDER BY started_at DESC, id DESC LIMIT $3
       ) r`,
      [viewer.organisationId, connectionIds, count],
    ),
  );
  return grouped(connectionIds, runs);
}

/** The newest changes of each connection's status, at most `count` of each. @throws Forbidden */
export async function readLastStatusChanges(
  app: App,
  viewer: Viewer,
  connectionIds: readonly string[],
  count: number,
): Promise<Map<string, ConnectionStatusChange[]>> {
  authorise(viewer, "bank_connections:read");
  const changes = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<ConnectionStatusChange>(
      `SELECT c.id, c.organisation_id AS "organisationId", c.connection_id AS "connectionId",
         c.from_status AS "fromStatus", c.to_status AS "toStatus", c.cause, c.reason, c.created_at AS "createdAt"
       FROM unnest($2::uuid[]) AS wanted (id)
       CROSS JOIN LATERAL (
         SELECT * FROM connection_status_change WHERE organisation_id = $1 AND connection_id = wanted.id
         ORDER BY created_at DESC, id DESC LIMIT $3
       ) c`,
      [viewer.organisationId, connectionIds, count],
    ),
  );
  return grouped(connectionIds, changes);
}

function grouped<Row extends { connectionId: string }>(
  connectionIds: readonly string[],
  rows: readonly Row[],
): Map<string, Row[]> {
  const groups = new Map<string, Row[]>(connectionIds.map((id) => [id, []]));
  for (const row of rows) groups.get(row.connectionId)?.push(row);
  return groups;
}
