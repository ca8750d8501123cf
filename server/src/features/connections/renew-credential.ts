import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { findConnection, lockConnection } from "./connection.ts";
import { type CredentialOwner, openCredential, sealCredential } from "./credentials.ts";
import { credentialColumns, sealedOf } from "./open-connection.ts";

/** The connection was disconnected, and its credential wiped, while somebody still used it. */
export class CredentialGone extends Error {
  override readonly name = "CredentialGone";
  readonly code = "CREDENTIAL_GONE";
}

/**
 * Exchanges a credential that has run out, one exchange of a connection at a time over all processes: the lock is the
 * session's, not a transaction's, because the exchange asks the provider. Stored before it is answered.
 * @throws CredentialGone, and whatever `exchange` throws
 */
export async function renewCredential(
  app: App,
  owner: CredentialOwner,
  spent: string,
  exchange: (current: string) => Promise<string>,
): Promise<string> {
  const holder = await app.database.pool.connect();
  const lock = [`tieout.credential:${owner.connectionId}`];
  let broken: Error | undefined;
  try {
    await holder.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", lock);
    const current = await readSecret(app, owner);
    if (current !== spent) return current;
    const renewed = await exchange(current);
    await storeSecret(app, owner, renewed);
    return renewed;
  } finally {
    await holder
      .query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", lock)
      .catch((error: Error) => {
        // Closed, not reused: its session may still hold the lock.
        broken = error;
      });
    holder.release(broken);
  }
}

async function readSecret(app: App, owner: CredentialOwner): Promise<string> {
  const connection = await asOrganisation(app.database, owner.organisationId, (tx) =>
    findConnection(tx, owner.connectionId),
  );
  const sealed = connection && sealedOf(connection);
  if (!sealed) throw new CredentialGone("The connection's credential was wiped.");
  return openCredential(app.config.tokenKeys, owner, sealed);
}

async function storeSecret(app: App, owner: CredentialOwner, secret: string): Promise<void> {
  const { organisationId, connectionId: id } = owner;
  const sealed = sealCredential(app.config.tokenKeys, owner, secret);
  await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (!locked?.credentialKeyId)
      throw new CredentialGone("The connection's credential was wiped.");
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id } },
      data: credentialColumns(sealed),
    });
  });
}
