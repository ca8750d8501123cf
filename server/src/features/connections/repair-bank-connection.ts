import type { App } from "../../app.ts";
import { utcDay } from "../../core/dates.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { newState, returnUrl, webhookUrl } from "./addresses.ts";
import { findConnection, lockConnection } from "./connection.ts";
import { requireAction } from "./connection-state.ts";
import { flowColumns } from "./hosted-flow.ts";
import { moveStatus } from "./move-status.ts";
import { openConnection, providerOf } from "./open-connection.ts";
import type { StartedBankConnection } from "./start-bank-connection.ts";
import { takeUpRepair } from "./take-up-consent.ts";

/**
 * Opens the provider's hosted flow on a consent that exists: to sign in again, or to share more accounts. History,
 * accounts and the status stay until it is completed, so that giving up loses nothing. Where the provider has no page,
 * the repair is taken up at once.
 * @throws Forbidden, NotFound, Conflict, ProviderFailure
 */
export async function repairBankConnection(
  app: App,
  viewer: Viewer,
  id: string,
): Promise<StartedBankConnection> {
  authorise(viewer, "bank_connections:manage");
  const connection = await asOrganisation(app.database, viewer.organisationId, (tx) =>
    findConnection(tx, id),
  );
  if (connection === null) throw new NotFound("bank connection");
  requireAction(app, connection, "repair");
  const credential = await openConnection(app, connection);
  if (credential === null) throw new Conflict("This bank was never connected: start again.");
  const provider = providerOf(app, connection);
  const state = newState(id);
  const started = await provider.startConsent({
    userReference: viewer.organisationId,
    institutionId: null,
    connectionReference: id,
    returnUrl: returnUrl(app.config),
    state,
    today: utcDay(app.now()),
    webhookUrl: webhookUrl(app.config, provider.description.name),
    daysOfHistory: connection.historyDays,
    repair: credential,
  });
  if (started.kind === "granted") {
    await takeUpRepair(app, viewer, connection, started.credential);
    return { connectionId: id, hostedLinkUrl: null, expiresAt: null };
  }
  const owner = { organisationId: viewer.organisationId, connectionId: id };
  await asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked === null || locked.status === "deleted") throw new Conflict("It was disconnected.");
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId: tx.organisationId, id } },
      data: {
        ...flowColumns(app, owner, started, state),
        linkRepairs: true,
      },
    });
    await moveStatus(tx, locked, { type: "consent_started" });
    await recordAudit(tx, viewer, {
      action: "bank_connection.repair_started",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { institution: locked.institutionName },
    });
  });
  return { connectionId: id, hostedLinkUrl: started.hostedUrl, expiresAt: started.expiresAt };
}
