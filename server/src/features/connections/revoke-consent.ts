import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { Jobs } from "../../jobs/queue.ts";
import { recordAudit } from "../audit/record.ts";
import { jobViewer } from "../viewer.ts";
import { findConnection } from "./connection.ts";
import { openConnection, providerOf } from "./open-connection.ts";
import { credentialColumns } from "./sealed-columns.ts";

/**
 * Ends a disconnected connection's consent at the provider, then forgets its credential.
 * @throws ProviderFailure, upon which the job is tried again
 */
export async function revokeConsent(app: App, job: Jobs["revokeConsent"]): Promise<void> {
  const { organisationId, connectionId: id } = job;
  const connection = await asOrganisation(app.database, organisationId, (tx) =>
    findConnection(tx, id),
  );
  if (connection === null || connection.status !== "deleted") return;
  const credential = await openConnection(app, connection);
  if (credential === null) return;
  await providerOf(app, connection).revoke(credential);
  await asOrganisation(app.database, organisationId, async (tx) => {
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id } },
      data: { ...credentialColumns(null), cursor: null },
    });
    await recordAudit(tx, jobViewer(organisationId, "Tieout"), {
      action: "bank_connection.consent_revoked",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { institution: connection.institutionName },
    });
  });
}
