import { setTimeout as wait } from "node:timers/promises";
import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { Prisma } from "../../generated/prisma/client.ts";
import { type ConsentOutcome, ProviderFailure } from "../../providers/provider.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { returnUrl } from "./addresses.ts";
import { type ConnectionRow, findConnection, lockConnection } from "./connection.ts";
import { sealCredential } from "./credentials.ts";
import { enqueueRevoke } from "./enqueue-revoke.ts";
import { enqueueSync } from "./enqueue-sync.ts";
import { learnConnection } from "./learn-connection.ts";
import { moveStatus } from "./move-status.ts";
import { openConnection, providerOf } from "./open-connection.ts";
import { credentialColumns } from "./sealed-columns.ts";

/** Longer than the provider's calls may take; a caller that died leaves its claim to the next. */
const claimSeconds = 90;
const waitMsMax = 30_000;

/**
 * Takes up what a person did on the provider's page: stores the credential and queues the first sync, or notes that
 * they gave up. Twice, or by two at once, it has one effect: the second waits for the first.
 * @throws Forbidden, NotFound, Conflict, ProviderFailure
 */
export async function completeBankConnection(app: App, viewer: Viewer, id: string): Promise<void> {
  authorise(viewer, "bank_connections:manage");
  const connection = await claimFlow(app, viewer.organisationId, id);
  if (connection === null) return;
  let outcome: ConsentOutcome;
  try {
    outcome = await outcomeOf(app, connection);
  } catch (error) {
    await releaseFlow(app, connection, error instanceof ProviderFailure && error.kind === "final");
    throw error;
  }
  switch (outcome.kind) {
    case "completed":
      return takeUpConsent(app, viewer, connection, outcome);
    case "repaired":
      return takeUpRepair(app, viewer, connection);
    case "cancelled":
      return releaseFlow(app, connection, true);
    case "unfinished":
      return releaseFlow(app, connection, lapsed(app, connection));
  }
}

/** Null when there is nothing (more) to take up: it was completed before, or by the one that was waited for. */
async function claimFlow(
  app: App,
  organisationId: string,
  id: string,
): Promise<ConnectionRow | null> {
  const giveUpAt = performance.now() + waitMsMax;
  for (;;) {
    const claim = await asOrganisation(app.database, organisationId, async (tx) => {
      const connection = await findConnection(tx, id);
      if (connection === null) throw new NotFound("bank connection");
      if (connection.status === "deleted") throw new Conflict("This bank is disconnected.");
      if (connection.linkToken === null) return "settled";
      return (await takeClaim(tx, connection)) ? connection : "claimed by another";
    });
    if (claim === "settled") return null;
    if (claim !== "claimed by another") return claim;
    if (performance.now() > giveUpAt) throw new Conflict("It is being completed already.");
    await wait(100);
  }
}

async function takeClaim(tx: TenantTransaction, connection: ConnectionRow): Promise<boolean> {
  const claimed = await tx.query(
    `UPDATE bank_connection SET link_claimed_until = now() + make_interval(secs => $3)
     WHERE organisation_id = $1 AND id = $2 AND link_token = $4
       AND (link_claimed_until IS NULL OR link_claimed_until < now())
     RETURNING id`,
    [tx.organisationId, connection.id, claimSeconds, connection.linkToken],
  );
  return claimed.length === 1;
}

async function outcomeOf(app: App, connection: ConnectionRow): Promise<ConsentOutcome> {
  const provider = providerOf(app, connection);
  return provider.completeConsent({
    linkToken: connection.linkToken ?? "",
    repair: connection.linkRepairs ? await openConnection(app, connection) : null,
    returned: null,
    returnUrl: returnUrl(app.config),
  });
}

async function takeUpConsent(
  app: App,
  viewer: Viewer,
  connection: ConnectionRow,
  consent: Extract<ConsentOutcome, { kind: "completed" }>,
): Promise<void> {
  const { id, organisationId } = connection;
  const owner = { organisationId, connectionId: id };
  const sealed = sealCredential(app.config.tokenKeys, owner, consent.credential);
  const deleted = await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked === null) throw new NotFound("bank connection");
    // The credential first: a public token is exchanged once, and without it the consent could not even be ended.
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id } },
      data: { externalId: consent.externalId, ...credentialColumns(sealed), ...flowOver },
    });
    if (locked.status === "deleted") {
      await enqueueRevoke(tx, id);
      return true;
    }
    await moveStatus(tx, locked, { type: "consent_completed" });
    await enqueueSync(tx, id, "initial");
    await recordAudit(tx, viewer, {
      action: "bank_connection.connected",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { institution: locked.institutionName },
    });
    return false;
  }).catch((error: unknown) => {
    if (isUniqueViolation(error)) throw new Conflict("This consent belongs to another connection.");
    throw error;
  });
  if (deleted) throw new Conflict("This bank was disconnected in between.");
  await learnConnection(app, organisationId, id);
}

async function takeUpRepair(app: App, viewer: Viewer, connection: ConnectionRow): Promise<void> {
  const { id, organisationId } = connection;
  const credential = await openConnection(app, connection);
  if (credential === null) throw new Conflict("This bank was never connected: start again.");
  const { failure } = await providerOf(app, connection).fetchConnection(credential);
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
    await enqueueSync(tx, id, "manual");
    await recordAudit(tx, viewer, {
      action: "bank_connection.repaired",
      subjectKind: "bank_connection",
      subjectId: id,
      detail: { institution: locked.institutionName },
    });
  });
  await learnConnection(app, organisationId, id);
}

/** Lets go of the flow: to be asked about again, or, when it is over, for good. */
async function releaseFlow(app: App, connection: ConnectionRow, over: boolean): Promise<void> {
  const { id, organisationId } = connection;
  await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked === null || locked.linkToken !== connection.linkToken) return;
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id } },
      data: over ? flowOver : { linkClaimedUntil: null },
    });
    if (over) {
      const reason = "The sign-in at the bank was not completed.";
      await moveStatus(tx, locked, { type: "consent_abandoned" }, reason);
    }
  });
}

const flowOver = {
  linkToken: null,
  linkUrl: null,
  linkState: null,
  linkExpiresAt: null,
  linkRepairs: false,
  linkClaimedUntil: null,
};

function lapsed(app: App, { linkExpiresAt }: ConnectionRow): boolean {
  return linkExpiresAt !== null && linkExpiresAt <= app.now();
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
}
