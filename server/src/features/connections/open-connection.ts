import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import type { Credential, Provider } from "../../providers/provider.ts";
import type { ConnectionRow } from "./connection.ts";
import {
  isSealedWithOldKey,
  openCredential,
  type SealedCredential,
  sealCredential,
} from "./credentials.ts";
import { renewCredential } from "./renew-credential.ts";

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
  return {
    secret: credential,
    renew: (spent, exchange) => renewCredential(app, owner, spent, exchange),
  };
}

export function credentialColumns(sealed: SealedCredential | null) {
  return {
    credentialKeyId: sealed?.keyId ?? null,
    credentialNonce: sealed && toColumn(sealed.nonce),
    credentialCiphertext: sealed && toColumn(sealed.ciphertext),
    credentialTag: sealed && toColumn(sealed.tag),
  };
}

export function sealedOf(connection: ConnectionRow): SealedCredential | null {
  const { credentialKeyId: keyId, credentialNonce: nonce } = connection;
  const { credentialCiphertext: ciphertext, credentialTag: tag } = connection;
  if (keyId === null || nonce === null || ciphertext === null || tag === null) return null;
  return { keyId, nonce, ciphertext, tag };
}

function rowOf({ organisationId, connectionId }: { organisationId: string; connectionId: string }) {
  return { organisationId, id: connectionId };
}

/** Prisma wants bytes over a plain ArrayBuffer. */
function toColumn(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
