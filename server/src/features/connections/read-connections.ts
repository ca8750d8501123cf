import { validate as isUuid } from "uuid";
import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type BankConnection, connectionFields } from "./connection.ts";

const connectionsMax = 500;

/**
 * The organisation's connections, newest first. Those that are disconnected, and those whose sign-in lapsed before
 * it was finished, only if asked for.
 * @throws Forbidden
 */
export async function listConnections(
  app: App,
  viewer: Viewer,
  options: { includeDeleted: boolean },
): Promise<BankConnection[]> {
  authorise(viewer, "bank_connections:read");
  const abandoned = {
    status: { in: ["pending" as const, "in_progress" as const] },
    OR: [{ linkExpiresAt: null }, { linkExpiresAt: { lte: app.now() } }],
  };
  return asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.bankConnection.findMany({
      where: {
        organisationId: tx.organisationId,
        ...(!options.includeDeleted && { deletedAt: null, NOT: abandoned }),
      },
      select: connectionFields,
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: connectionsMax,
    }),
  );
}

/** Connections by id; ids that are none of the organisation's are left out. @throws Forbidden */
export async function readConnections(
  app: App,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, BankConnection>> {
  authorise(viewer, "bank_connections:read");
  const connections = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    tx.prisma.bankConnection.findMany({
      where: { organisationId: tx.organisationId, id: { in: ids.filter(isUuid) } },
      select: connectionFields,
    }),
  );
  return new Map(connections.map((connection) => [connection.id, connection]));
}
