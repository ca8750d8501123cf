import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { Prisma } from "../../generated/prisma/client.ts";
import {
  type Credential,
  ProviderFailure,
  type ProviderFailureReason,
} from "../../providers/provider.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, NotFound } from "../errors.ts";
import type { Viewer } from "../viewer.ts";
import { type ConnectionRow, lockConnection } from "./connection.ts";
import { type SealedCredential, sealCredential } from "./credentials.ts";
import { enqueueRevoke } from "./enqueue-revoke.ts";
import { enqueueSync } from "./enqueue-sync.ts";
import { flowOver, releaseFlow } from "./hosted-flow.ts";
import { learnConnection } from "./learn-connection.ts";
import { moveStatus } from "./move-status.ts";
import { openConnection, providerOf } from "./open-connection.ts";
import { sealedColumns } from "./sealed-columns.ts";
import { dropLoop } from "./sync/loop.ts";

export interface GrantedConsent {
  readonly credential: string;
  readonly externalId: string;
}

/**
 * Takes up a consent that a provider has given: stores the credential, activates the connection and queues its first
 * sync. The accounts are asked for afterwards; failing that costs nothing.
 * @throws NotFound, Conflict when another connection has this consent, or when this one was disconnected in between
 */
export async function takeUpConsent(
  app: App,
  viewer: Viewer,
  id: string,
  consent: GrantedConsent,
): Promise<void> {
  const { organisationId } = viewer;
  const kept = await asOrganisation(app.database, organisationId, (tx) =>
    keepConsent(app, tx, viewer, id, consent),
  ).catch(refuseTwoOfOneConsent);
  if (kept === "disconnected") throw new Conflict("This bank was disconnected in between.");
  await learnConnection(app, organisationId, id);
}

/** The same inside the caller's transaction; asking for the accounts (`learnConnection`) is left to the caller. */
export async function keepConsent(
  app: App,
  tx: TenantTransaction,
  viewer: Viewer,
  id: string,
  { credential, externalId }: GrantedConsent,
): Promise<"active" | "disconnected"> {
  const { organisationId } = tx;
  const owner = { organisationId, connectionId: id };
  const sealed = sealCredential(app.config.tokenKeys, owner, credential);
  const locked = await lockConnection(tx, id);
  if (locked === null) throw new NotFound("bank connection");
  const where = { organisationId_id: { organisationId, id } };
  if (locked.status === "deleted") {
    await tx.prisma.bankConnection.update({ where, data: { externalId, ...flowOver } });
    await giveBack(tx, id, sealed);
    return "disconnected";
  }
  // A repair that was only possible by a new consent: the feed begins anew, and the accounts are recognised.
  const isAnother = locked.externalId !== null && locked.externalId !== externalId;
  if (isAnother) await dropLoop(tx, id);
  await takeFromDisconnected(tx, locked, externalId);
  await tx.prisma.bankConnection.update({
    where,
    data: {
      externalId,
      ...sealedColumns(sealed),
      ...flowOver,
      ...(isAnother && { cursor: null, rereadFrom: null, syncFailures: 0, syncNotBefore: null }),
    },
  });
  await moveStatus(tx, locked, { type: "consent_completed" });
  if (isPulled(app, locked)) await enqueueSync(tx, id, "initial");
  await recordAudit(tx, viewer, {
    action: "bank_connection.connected",
    subjectKind: "bank_connection",
    subjectId: id,
    detail: { institution: locked.institutionName },
  });
  return "active";
}

/**
 * Some providers name a consent by who gave it, so that one who connects anew comes back under the same id. It is the
 * new connection's then; and what still waits to be ended for the old one is the same consent, which now counts again.
 */
async function takeFromDisconnected(
  tx: TenantTransaction,
  { provider }: ConnectionRow,
  externalId: string,
): Promise<void> {
  const former = await tx.query<{ id: string }>(
    `UPDATE bank_connection SET external_id = NULL
     WHERE organisation_id = $1 AND provider = $2 AND external_id = $3 AND status = 'deleted' RETURNING id`,
    [tx.organisationId, provider, externalId],
  );
  await tx.prisma.consentRevocation.deleteMany({
    where: {
      organisationId: tx.organisationId,
      connectionId: { in: former.map(({ id }) => id) },
    },
  });
}

/**
 * A public token is exchanged once: thrown away, the consent could not even be ended. Where a credential waits already,
 * it is the one that this has replaced.
 */
async function giveBack(tx: TenantTransaction, connectionId: string, sealed: SealedCredential) {
  const { organisationId } = tx;
  await tx.prisma.consentRevocation.deleteMany({ where: { organisationId, connectionId } });
  await tx.prisma.consentRevocation.create({
    data: { organisationId, connectionId, ...sealedColumns(sealed) },
  });
  await enqueueRevoke(tx, connectionId);
}

/**
 * Takes up a repair: the new credential, where there is one, before anything is asked with it.
 * @throws NotFound, Conflict, ProviderFailure
 */
export async function takeUpRepair(
  app: App,
  viewer: Viewer,
  connection: ConnectionRow,
  credential: string | null,
): Promise<void> {
  const { id, organisationId } = connection;
  const repaired =
    credential === null ? connection : await keepNewCredential(app, connection, credential);
  const opened = await openConnection(app, repaired);
  if (opened === null) throw new Conflict("This bank was never connected: start again.");
  const failure = await failureNow(app, connection, opened, credential !== null);
  if (failure?.kind === "user_action_needed") return releaseFlow(app, connection, true);
  await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked === null) throw new NotFound("bank connection");
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id } },
      data: { ...flowOver, syncFailures: 0, syncNotBefore: null },
    });
    const { refused } = await moveStatus(tx, locked, { type: "repaired" });
    if (refused !== null) return;
    if (isPulled(app, locked)) await enqueueSync(tx, id, "manual");
    await recordAudit(tx, viewer, {
      action: "bank_connection.repaired",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { institution: locked.institutionName },
    });
  });
  await learnConnection(app, organisationId, id);
}

/** Why the provider still cannot fetch; null when it can. */
async function failureNow(
  app: App,
  connection: ConnectionRow,
  credential: Credential,
  isNew: boolean,
): Promise<ProviderFailureReason | null> {
  try {
    return (await providerOf(app, connection).fetchConnection(credential)).failure;
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    // What the person came back with is spent, and cannot be turned a second time: the sync that follows asks again.
    if (isNew) return error;
    await releaseFlow(app, connection, false);
    throw error;
  }
}

async function keepNewCredential(
  app: App,
  connection: ConnectionRow,
  credential: string,
): Promise<ConnectionRow> {
  const { organisationId, id } = connection;
  const sealed = sealCredential(
    app.config.tokenKeys,
    { organisationId, connectionId: id },
    credential,
  );
  const kept = await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked === null) throw new NotFound("bank connection");
    if (locked.status !== "deleted") {
      return tx.prisma.bankConnection.update({
        where: { organisationId_id: { organisationId, id } },
        data: sealedColumns(sealed),
      });
    }
    await giveBack(tx, id, sealed);
    return null;
  });
  if (kept === null) throw new Conflict("This bank was disconnected in between.");
  return kept;
}

/** Whoever pushes sends by themselves. */
function isPulled(app: App, connection: ConnectionRow): boolean {
  return providerOf(app, connection).description.kind !== "push";
}

export function refuseTwoOfOneConsent(error: unknown): never {
  const taken = error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
  throw taken ? new Conflict("This consent belongs to another connection.") : error;
}
