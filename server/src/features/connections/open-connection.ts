import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { Credential, Provider } from "../../providers/provider.ts";
import type { ConnectionRow } from "./connection.ts";
import {
  type CredentialOwner,
  isSealedWithOldKey,
  openCredential,
  sealCredential,
} from "./credentials.ts";
import { renewCredential } from "./renew-credential.ts";
import { credentialColumns, sealedOf, toColumn } from "./sealed-columns.ts";

/** The provider of a connection. One that is no longer configured is the operator's mistake, and a job's to retry. */
export function providerOf(app: App, connection: Pick<ConnectionRow, "provider">): Provider {
  const provider = app.providers.find(connection.provider);
  if (provider === null) throw new Error(`No provider ${connection.provider} is configured.`);
  return provider;
}

/**
 * The credential of a connection, opened for the provider's call that follows. One sealed with an older key is sealed
 * again with the first on the way, so that the older key can be retired. Null where there is none.
 * @throws CredentialUnreadable
 */
export async function openConnection(
  app: App,
  connection: ConnectionRow,
): Promise<Credential | null> {
  const sealed = sealedOf(connection);
  if (sealed === null) return null;
  const owner = { organisationId: connection.organisationId, connectionId: connection.id };
  const credential = openCredential(app.config.tokenKeys, owner, sealed);
  if (isSealedWithOldKey(app.config.tokenKeys, sealed)) {
    const resealed = sealCredential(app.config.tokenKeys, owner, credential);
    await asOrganisation(app.database, owner.organisationId, (tx) =>
      tx.prisma.bankConnection.updateMany({
        // Only what was read: somebody else may have sealed it anew, or wiped it, in between.
        where: { ...rowOf(owner), credentialNonce: toColumn(sealed.nonce) },
        data: credentialColumns(resealed),
      }),
    );
  }
  return renewable(app, owner, credential);
}

/**
 * The credential that waits with a disconnected connection's revocation. Null where there is none.
 * @throws CredentialUnreadable
 */
export async function openRevocation(app: App, owner: CredentialOwner): Promise<Credential | null> {
  const { organisationId, connectionId } = owner;
  const revocation = await asOrganisation(app.database, organisationId, (tx) =>
    tx.prisma.consentRevocation.findUnique({
      where: { organisationId_connectionId: { organisationId, connectionId } },
    }),
  );
  const sealed = revocation && sealedOf(revocation);
  return sealed && renewable(app, owner, openCredential(app.config.tokenKeys, owner, sealed));
}

function renewable(app: App, owner: CredentialOwner, secret: string): Credential {
  return { secret, renew: (spent, exchange) => renewCredential(app, owner, spent, exchange) };
}

function rowOf({ organisationId, connectionId }: { organisationId: string; connectionId: string }) {
  return { organisationId, id: connectionId };
}
