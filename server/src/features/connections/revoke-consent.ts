import type { App } from "../../app.ts";
import { backOffMs } from "../../core/back-off.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import type { Jobs } from "../../jobs/queue.ts";
import { ProviderFailure } from "../../providers/provider.ts";
import { recordAudit } from "../audit/record.ts";
import { jobViewer } from "../viewer.ts";
import { type ConnectionRow, findConnection, lockConnection } from "./connection.ts";
import { enqueueRevoke } from "./enqueue-revoke.ts";
import { openRevocation, providerOf } from "./open-connection.ts";

/** From a minute to half a day, 24 tries: about a week. A provider that is down longer than that is gone. */
const retry = { firstMs: 60_000, maxMs: 12 * 60 * 60_000 };
const attemptsMax = 24;

/**
 * Ends a disconnected connection's consent at the provider, then forgets the credential that was kept for it. A
 * provider that does not do it is asked again for a week; then the credential is forgotten all the same, and people
 * are told that the consent has to be ended at the bank.
 */
export async function revokeConsent(app: App, job: Jobs["revokeConsent"]): Promise<void> {
  const { organisationId, connectionId } = job;
  const connection = await asOrganisation(app.database, organisationId, (tx) =>
    findConnection(tx, connectionId),
  );
  if (connection === null || connection.status !== "deleted") return;
  let begun: Date | null = null;
  try {
    begun = await revocationOf(app, connection);
    const credential = await openRevocation(app, { organisationId, connectionId });
    if (credential === null) return;
    await providerOf(app, connection).revoke(credential);
  } catch (error) {
    return tryAgain(app, connection, error);
  }
  await asOrganisation(app.database, organisationId, async (tx) => {
    await lockConnection(tx, connectionId);
    // A sign-in that was finished late has left another credential meanwhile: its own job ends that one.
    const waiting = await waitingSince(tx, connectionId);
    if (waiting !== null && waiting.getTime() !== begun?.getTime()) return;
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id: connectionId } },
      data: { consentRevokedAt: app.now() },
    });
    await forget(tx, connection, "bank_connection.consent_revoked");
  });
}

function revocationOf(app: App, { id, organisationId }: ConnectionRow): Promise<Date | null> {
  return asOrganisation(app.database, organisationId, (tx) => waitingSince(tx, id));
}

/** When the credential that waits to be ended was put there: it tells it from one that has replaced it. */
async function waitingSince(tx: TenantTransaction, connectionId: string): Promise<Date | null> {
  const where = { organisationId: tx.organisationId, connectionId };
  const waiting = await tx.prisma.consentRevocation.findFirst({
    where,
    select: { createdAt: true },
  });
  return waiting?.createdAt ?? null;
}

async function tryAgain(app: App, connection: ConnectionRow, error: unknown): Promise<void> {
  const { organisationId, id: connectionId, provider } = connection;
  await asOrganisation(app.database, organisationId, async (tx) => {
    await lockConnection(tx, connectionId);
    const where = { organisationId_connectionId: { organisationId, connectionId } };
    const waiting = await tx.prisma.consentRevocation.findUnique({ where });
    if (waiting === null) return;
    const attempts = waiting.attempts + 1;
    const told = { connectionId, provider, attempts, ...reasonOf(error) };
    if (attempts >= attemptsMax) {
      app.log.error(told, "a consent could not be ended at its provider: given up");
      await forget(tx, connection, "bank_connection.consent_kept");
      return;
    }
    app.log.warn(told, "a consent could not be ended at its provider: tried again");
    const nextAttemptAt = new Date(app.now().getTime() + backOffMs(attempts, Math.random(), retry));
    await tx.prisma.consentRevocation.update({ where, data: { attempts, nextAttemptAt } });
    await enqueueRevoke(tx, connectionId, nextAttemptAt);
  });
}

/** Only what adapters say about their failures is known to hold no secret. */
function reasonOf(error: unknown): { detail: string } {
  if (error instanceof ProviderFailure) return { detail: error.detail };
  return { detail: error instanceof Error ? error.name : "not an error" };
}

async function forget(
  tx: TenantTransaction,
  { id, organisationId, institutionName }: ConnectionRow,
  action: string,
): Promise<void> {
  await tx.prisma.consentRevocation.deleteMany({ where: { organisationId, connectionId: id } });
  await recordAudit(tx, jobViewer(organisationId, "Tieout"), {
    action,
    subjectKind: "bank_connection",
    subjectId: id,
    detail: { institution: institutionName },
  });
  emit(tx, { topic: "bank_connection.changed", connectionId: id });
}
