import type { TenantTransaction } from "../../db/as-organisation.ts";
import { lockConnection } from "./connection.ts";
import type { CredentialOwner, SealedCredential } from "./credentials.ts";
import { sealedColumns, sealedOf } from "./sealed-columns.ts";

/** A connection's credential as it is stored now, and in which row. */
export interface StoredCredential {
  readonly sealed: SealedCredential;
  /** Disconnecting moves it from the connection to its revocation, maybe while somebody is using it. */
  readonly place: "connection" | "revocation";
}

/** Locks the connection and finds its credential, wherever it is by now. Null: it has been wiped. */
export async function lockStoredCredential(
  tx: TenantTransaction,
  { organisationId, connectionId }: CredentialOwner,
): Promise<StoredCredential | null> {
  const connection = await lockConnection(tx, connectionId);
  const sealed = connection && sealedOf(connection);
  if (sealed) return { sealed, place: "connection" };
  const revocation = await tx.prisma.consentRevocation.findUnique({
    where: { organisationId_connectionId: { organisationId, connectionId } },
  });
  const moved = revocation && sealedOf(revocation);
  return moved ? { sealed: moved, place: "revocation" } : null;
}

/** Puts another in the place of one that was found under the same lock. */
export async function replaceStoredCredential(
  tx: TenantTransaction,
  { organisationId, connectionId }: CredentialOwner,
  place: StoredCredential["place"],
  sealed: SealedCredential,
): Promise<void> {
  const data = sealedColumns(sealed);
  if (place === "connection") {
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id: connectionId } },
      data,
    });
  } else {
    await tx.prisma.consentRevocation.update({
      where: { organisationId_connectionId: { organisationId, connectionId } },
      data,
    });
  }
}
