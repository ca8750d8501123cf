import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { settle } from "../announcements/settle.ts";
import { recordAudit } from "../audit/record.ts";
import { NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type ConnectionRow, lockConnection } from "./connection.ts";
import { enqueueRevoke } from "./enqueue-revoke.ts";
import { flowOver } from "./hosted-flow.ts";
import { moveStatus } from "./move-status.ts";
import { credentialColumns, sealedColumns, sealedOf } from "./sealed-columns.ts";
import { dropLoop } from "./sync/loop.ts";

/**
 * Disconnects at once, and leaves it to a job to end the consent at the provider, however long that is down. From then
 * on the connection holds no credential: it waits, sealed as it was, where only that job looks for it. Accounts are
 * closed and unlinked from their ledger accounts; their history stays. Again, it changes nothing.
 * @throws Forbidden, NotFound
 */
export async function disconnectBankConnection(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<void> {
  authorise(viewer, "bank_connections:manage");
  await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const connection = await lockConnection(tx, id);
    if (connection === null) throw new NotFound("bank connection");
    if (connection.status === "deleted") return;
    await moveStatus(tx, connection, { type: "deleted" });
    await wipeConnection(tx, connection, app.now());
    await recordAudit(tx, viewer, {
      action: "bank_connection.disconnected",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { institution: connection.institutionName },
    });
  });
}

/** Takes everything from a locked connection that is not history. Its status has been moved to `deleted`. */
export async function wipeConnection(
  tx: TenantTransaction,
  connection: ConnectionRow,
  now: Date,
): Promise<void> {
  const { organisationId } = tx;
  const { id } = connection;
  const sealed = sealedOf(connection);
  if (sealed !== null) {
    await tx.prisma.consentRevocation.create({
      data: {
        organisationId,
        connectionId: id,
        ...sealedColumns(sealed),
        nextAttemptAt: now,
        createdAt: now,
      },
    });
    await enqueueRevoke(tx, id);
  }
  await tx.prisma.bankConnection.update({
    where: { organisationId_id: { organisationId, id } },
    data: {
      ...credentialColumns(null),
      ...flowOver,
      cursor: null,
      rereadFrom: null,
      nextSyncAt: null,
      syncNotBefore: null,
      deletedAt: now,
    },
  });
  await closeAccounts(tx, id, now);
  await tx.prisma.syncRun.updateMany({
    where: { organisationId, connectionId: id, status: "running" },
    data: { status: "failed", errorMessage: "The bank was disconnected.", finishedAt: now },
  });
  await dropLoop(tx, id);
  await settle(tx, { connectionId: id, at: now });
}

async function closeAccounts(tx: TenantTransaction, connectionId: string, now: Date) {
  const { organisationId } = tx;
  // Statements that are brought in by hand go on without the connection.
  const fed = { OR: [{ path: null }, { path: { not: "manual_upload" as const } }] };
  await tx.prisma.financialAccount.updateMany({
    where: { organisationId, connectionId, closedAt: null, ...fed },
    data: { closedAt: now },
  });
  await tx.prisma.financialAccount.updateMany({
    where: { organisationId, connectionId, ...fed },
    data: { path: null },
  });
  await tx.prisma.financialAccount.updateMany({
    where: { organisationId, connectionId },
    data: { ledgerAccountId: null },
  });
}
