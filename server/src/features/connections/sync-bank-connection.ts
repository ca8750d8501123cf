import { validate as isUuid } from "uuid";
import type { App } from "../../app.ts";
import { maskIdentifiers } from "../../core/mask.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { lockConnection } from "./connection.ts";
import { requireAction } from "./connection-state.ts";
import { enqueueSync } from "./enqueue-sync.ts";

/**
 * Queues a sync because somebody asked for it, for one account or for all. It reads the whole connection either way:
 * one cursor stands for all of its accounts, and moved by a pull that left some out, it would pass over their changes.
 * @param accountId the account that it is asked for; null for the connection
 * @throws Forbidden, NotFound, Conflict when syncing cannot help in the connection's status
 */
export async function syncBankConnection(
  app: App,
  viewer: Viewer,
  id: string,
  accountId: string | null = null,
): Promise<void> {
  authorise(viewer, "bank_connections:manage");
  await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const connection = await lockConnection(tx, id);
    if (connection === null) throw new NotFound("bank connection");
    const account = accountId === null ? null : await accountOf(tx, id, accountId);
    requireAction(app, connection, "sync");
    await enqueueSync(tx, id, "manual");
    await recordAudit(tx, viewer, {
      action: "bank_connection.sync_requested",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: {
        institution: connection.institutionName,
        ...(account && { account: maskIdentifiers(account.name) }),
      },
    });
  });
}

async function accountOf(tx: TenantTransaction, connectionId: string, id: string) {
  const account = isUuid(id)
    ? await tx.prisma.financialAccount.findFirst({
        where: { organisationId: tx.organisationId, connectionId, id },
      })
    : null;
  if (account === null) throw new NotFound("financial account");
  if (account.closedAt !== null) throw new Conflict("Nothing arrives in this account any more.");
  return account;
}
