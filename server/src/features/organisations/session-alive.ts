import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { sqlOver } from "../../db/sql.ts";
import { permissionsOfRole } from "../permissions.ts";
import type { Viewer } from "../viewer.ts";
import { membershipsOf } from "./memberships.ts";

/**
 * Whether a viewer that was authenticated some time ago may go on: for sockets, which outlive many requests.
 * Asks the database. A viewer whose permissions have changed since is not alive either: connect again.
 */
export async function sessionAlive(app: App, viewer: Viewer): Promise<boolean> {
  const now = app.now();
  if (viewer.validUntil && viewer.validUntil <= now) return false;
  switch (viewer.actor.kind) {
    case "job":
      return true;
    case "api_key":
      return keyAlive(app, viewer.organisationId, viewer.actor.id);
    case "person": {
      const { id } = viewer.actor;
      if (viewer.sessionId !== null && !(await rowAlive(app, viewer.sessionId, now))) return false;
      return stillGranted(app, id, viewer);
    }
  }
}

async function keyAlive(app: App, organisationId: string, id: string): Promise<boolean> {
  const rows = await readAsOrganisation(app.database, organisationId, (sql) =>
    sql.query("SELECT FROM api_key WHERE id = $1 AND revoked_at IS NULL", [id]),
  );
  return rows.length > 0;
}

async function rowAlive(app: App, sessionId: string, now: Date): Promise<boolean> {
  const rows = await sqlOver(app.database.pool).query(
    "SELECT FROM session WHERE id = $1 AND ended_at IS NULL AND expires_at > $2",
    [sessionId, now],
  );
  return rows.length > 0;
}

async function stillGranted(app: App, personId: string, viewer: Viewer): Promise<boolean> {
  const memberships = await membershipsOf(app.database, personId);
  const membership = memberships.find(
    ({ organisation }) => organisation.id === viewer.organisationId,
  );
  if (!membership) return false;
  const granted = permissionsOfRole[membership.role];
  return (
    granted.size === viewer.permissions.size &&
    [...viewer.permissions].every((permission) => granted.has(permission))
  );
}
