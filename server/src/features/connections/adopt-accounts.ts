import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { ProviderAccount } from "../../providers/provider.ts";
import { pairAccounts } from "./pair-accounts.ts";
import { formerPrefix } from "./sync/recognise-former-lines.ts";
import { voidMatchesOf } from "./sync/void-matches.ts";

/**
 * Linking a bank again brings new ids for the same accounts and for all of their lines. Accounts that the organisation
 * had under an older consent, which is over, come over to the new one with their history, so that it does not double.
 * Their lines wait under a marked id until the new feed names them (see recognise-former-lines).
 */
export async function adoptAccounts(
  tx: TenantTransaction,
  connection: { id: string; provider: string },
  institutionId: string | null,
  accounts: readonly ProviderAccount[],
  now: Date,
): Promise<void> {
  if (institutionId === null) return;
  const known = await tx.prisma.financialAccount.findMany({
    where: { organisationId: tx.organisationId, connectionId: connection.id },
    select: { externalId: true },
  });
  const ours = new Set(known.map(({ externalId }) => externalId));
  const offered = accounts.filter(({ externalId }) => !ours.has(externalId));
  if (offered.length === 0) return;
  const former = await findFormerAccounts(tx, connection, institutionId);
  for (const [accountId, account] of pairAccounts(former, offered)) {
    await tx.prisma.financialAccount.update({
      where: { organisationId_id: { organisationId: tx.organisationId, id: accountId } },
      data: {
        connectionId: connection.id,
        externalId: account.externalId,
        closedAt: null,
        adoptedAt: now,
      },
    });
    await markLinesAsFormer(tx, accountId, now);
  }
}

async function findFormerAccounts(
  tx: TenantTransaction,
  connection: { id: string; provider: string },
  institutionId: string,
) {
  const over = await tx.prisma.bankConnection.findMany({
    where: {
      organisationId: tx.organisationId,
      provider: connection.provider,
      institutionId,
      id: { not: connection.id },
      status: { in: ["deleted", "expired"] },
    },
    select: { id: true },
  });
  return tx.prisma.financialAccount.findMany({
    where: { organisationId: tx.organisationId, connectionId: { in: over.map(({ id }) => id) } },
    // Of several former lives the latest has the longest history.
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
}

/** A pending line that the old feed never settled is not known to the new one: it is over. */
async function markLinesAsFormer(tx: TenantTransaction, accountId: string, now: Date) {
  await tx.query(
    `UPDATE bank_transaction SET external_id = $3 || external_id, updated_at = $4
     WHERE organisation_id = $1 AND account_id = $2`,
    [tx.organisationId, accountId, formerPrefix, now],
  );
  const pending = await tx.query<{ id: string }>(
    `SELECT id FROM bank_transaction
     WHERE organisation_id = $1 AND account_id = $2 AND pending AND removed_at IS NULL`,
    [tx.organisationId, accountId],
  );
  const ids = pending.map(({ id }) => id);
  await voidMatchesOf(tx, ids, "The bank was connected anew.", now);
  await tx.query(
    `UPDATE bank_transaction SET removed_at = $3, updated_at = $3
     WHERE organisation_id = $1 AND id = ANY ($2::uuid[])`,
    [tx.organisationId, ids, now],
  );
}
