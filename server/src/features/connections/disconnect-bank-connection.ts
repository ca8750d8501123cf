import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockConnection } from "./connection.ts";
import { enqueueRevoke } from "./enqueue-revoke.ts";
import { moveStatus } from "./move-status.ts";
import { dropLoop } from "./sync/loop.ts";

/**
 * Disconnects at once, and leaves it to a job to end the consent at the provider, however long that is down. The
 * credential is wiped when that has succeeded; accounts and their history stay. Again, it changes nothing.
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
    const { organisationId } = tx;
    const now = app.now();
    await moveStatus(tx, connection, { type: "deleted" });
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id } },
      data: { deletedAt: now, linkToken: null, linkUrl: null, linkExpiresAt: null },
    });
    await tx.prisma.financialAccount.updateMany({
      where: { organisationId, connectionId: id, closedAt: null },
      data: { closedAt: now },
    });
    await tx.prisma.syncRun.updateMany({
      where: { organisationId, connectionId: id, status: "running" },
      data: { status: "failed", errorMessage: "The bank was disconnected.", finishedAt: now },
    });
    await dropLoop(tx, id);
    if (connection.credentialKeyId !== null) await enqueueRevoke(tx, id);
    await recordAudit(tx, viewer, {
      action: "bank_connection.disconnected",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { institution: connection.institutionName },
    });
  });
}
