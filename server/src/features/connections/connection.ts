import { validate as isUuid } from "uuid";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { Prisma } from "../../generated/prisma/client.ts";

/**
 * What of a connection may leave its feature: all but the credential, of which only the key's name shows that there is
 * one, and the tokens of the hosted flow.
 */
export const connectionFields = {
  id: true,
  organisationId: true,
  provider: true,
  institutionId: true,
  institutionName: true,
  institutionColour: true,
  status: true,
  statusReason: true,
  linkUrl: true,
  linkExpiresAt: true,
  credentialKeyId: true,
  historyDays: true,
  consentExpiresAt: true,
  consentRevokedAt: true,
  lastSyncAt: true,
  nextSyncAt: true,
  successfullyAggregatedAt: true,
  refreshRequestedAt: true,
  refreshNotBefore: true,
  createdAt: true,
  deletedAt: true,
} as const satisfies Prisma.BankConnectionSelect;

export type BankConnection = Prisma.BankConnectionGetPayload<{ select: typeof connectionFields }>;

/** The whole row, for operations of this feature. */
export type ConnectionRow = Prisma.BankConnectionGetPayload<object>;

/** Reads a connection (an id that is no UUID names none) and keeps others from changing it until the transaction ends. Null where there is none. */
export async function lockConnection(
  tx: TenantTransaction,
  id: string,
): Promise<ConnectionRow | null> {
  if (!isUuid(id)) return null;
  await tx.query("SELECT FROM bank_connection WHERE organisation_id = $1 AND id = $2 FOR UPDATE", [
    tx.organisationId,
    id,
  ]);
  return findConnection(tx, id);
}

export async function findConnection(
  tx: TenantTransaction,
  id: string,
): Promise<ConnectionRow | null> {
  if (!isUuid(id)) return null;
  return tx.prisma.bankConnection.findUnique({
    where: { organisationId_id: { organisationId: tx.organisationId, id } },
  });
}
