import type { App } from "../../app.ts";
import { careOf } from "../../core/connection-care.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { Jobs } from "../../jobs/queue.ts";
import { type ProviderConnection, ProviderFailure } from "../../providers/provider.ts";
import { Problem } from "../errors.ts";
import { jobViewer } from "../viewer.ts";
import { caredOf } from "./care-for-connections.ts";
import { completeBankConnection } from "./complete-bank-connection.ts";
import { type ConnectionRow, findConnection, lockConnection } from "./connection.ts";
import { rhythmOf } from "./connection-state.ts";
import { moveStatus } from "./move-status.ts";
import { openConnection, providerOf } from "./open-connection.ts";

/**
 * Does for a connection what needs its provider and nobody asked for: takes up or gives up a sign-in that has lapsed,
 * and requires a new one when the consent has ended.
 * @throws ProviderFailure, upon which the job is tried again
 */
export async function careForConnection(app: App, job: Jobs["careForConnection"]): Promise<void> {
  const { organisationId, connectionId } = job;
  const connection = await asOrganisation(app.database, organisationId, (tx) =>
    findConnection(tx, connectionId),
  );
  if (connection === null) return;
  const care = careOf(caredOf(connection), rhythmOf(app, connection), app.now());
  if (care.flow === "ask") await askForLast(app, connection);
  if (care.consentEnded) await endConsent(app, connection);
}

/** The browser may have been closed at the bank, after the consent was given: the provider knows. */
async function askForLast(app: App, { organisationId, id }: ConnectionRow): Promise<void> {
  try {
    await completeBankConnection(app, jobViewer(organisationId, "Tieout"), id);
  } catch (error) {
    // It was completed or disconnected by somebody else meanwhile, or it cannot be taken up: nothing to try again.
    if (!(error instanceof Problem)) throw error;
  }
}

/** A consent may have been prolonged elsewhere: what the provider says now counts, and its silence does not. */
async function endConsent(app: App, connection: ConnectionRow): Promise<void> {
  const known = await askNow(app, connection);
  const { organisationId, id } = connection;
  await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked?.consentExpiresAt?.getTime() !== connection.consentExpiresAt?.getTime()) return;
    if (locked === null) return;
    if (known !== null && !hasEnded(known.consentExpiresAt, app.now())) {
      await tx.prisma.bankConnection.update({
        where: { organisationId_id: { organisationId, id } },
        data: { consentExpiresAt: known.consentExpiresAt },
      });
      return;
    }
    const reason = "The consent at the bank has ended.";
    await moveStatus(tx, locked, { type: "consent_expired" }, reason);
  });
}

async function askNow(app: App, connection: ConnectionRow): Promise<ProviderConnection | null> {
  try {
    const credential = await openConnection(app, connection);
    return credential && (await providerOf(app, connection).fetchConnection(credential));
  } catch (error) {
    const detail = error instanceof ProviderFailure ? error.detail : "cannot be asked";
    app.log.warn({ connectionId: connection.id, detail }, "a consent's end was not confirmed");
    return null;
  }
}

function hasEnded(consentExpiresAt: Date | null, now: Date): boolean {
  return consentExpiresAt !== null && consentExpiresAt <= now;
}
