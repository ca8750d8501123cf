import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { AccountPath } from "../../generated/prisma/enums.ts";
import type { ProviderAccount } from "../../providers/provider.ts";
import { findByHand, noteFedFromNow } from "./adopt-by-hand.ts";
import { type FormerAccount, pairAccounts } from "./pair-accounts.ts";
import { formerPrefix } from "./sync/recognise-former-lines.ts";
import { voidMatchesOf } from "./sync/void-matches.ts";

/** An account that a connection offers, with the digest of its number in hex. */
export type OfferedAccount = ProviderAccount & { readonly identifierDigest: string | null };

/**
 * Linking a bank again brings new ids for the same accounts and for all of their lines. Accounts that the organisation
 * had under an older consent, which is over, come over to the new one with their history, so that it does not double;
 * so do the connection's own, when a repair was only possible by a new consent. Their lines wait under a marked id until
 * the new feed names them (see recognise-former-lines). An account by hand that has the number of an offered one is that
 * account too: its lines of files and the feed's are one history from then on (see keep-file-lines).
 * @param path how the lines of this connection's accounts arrive
 * @param complete the list is all that the connection exposes: an account of its own that is not in it has gone
 */
export async function adoptAccounts(
  tx: TenantTransaction,
  connection: { id: string; provider: string },
  institutionId: string | null,
  accounts: readonly OfferedAccount[],
  { now, complete, path }: { now: Date; complete: boolean; path: AccountPath },
): Promise<void> {
  const known = await tx.prisma.financialAccount.findMany({
    where: { organisationId: tx.organisationId, connectionId: connection.id },
    select: { externalId: true },
  });
  const ours = new Set(known.map(({ externalId }) => externalId));
  const offered = accounts.filter(({ externalId }) => !ours.has(externalId));
  if (offered.length === 0) return;
  const listed = new Set(accounts.map(({ externalId }) => externalId));
  const unlisted = [...ours].filter((id) => id === null || !listed.has(id));
  // Where none is listed the ids are another consent's, though a row could not be read.
  const gone = complete || unlisted.length === ours.size ? unlisted : [];
  const former = await findFormerAccounts(tx, connection, institutionId, offered, gone);
  const relinked = pairAccounts(former, offered);
  for (const [accountId, { externalId }] of relinked) {
    await takeOver(tx, accountId, { connectionId: connection.id, externalId, path }, now);
  }
  const left = offered.filter((account) => !relinked.some(([, paired]) => paired === account));
  for (const [accountId, { externalId }] of await findByHand(tx, left, accounts)) {
    await takeOver(tx, accountId, { connectionId: connection.id, externalId, path }, now);
    await noteFedFromNow(tx, accountId, now);
  }
}

async function takeOver(
  tx: TenantTransaction,
  id: string,
  feed: { connectionId: string; externalId: string; path: AccountPath },
  now: Date,
): Promise<void> {
  await tx.prisma.financialAccount.update({
    where: { organisationId_id: { organisationId: tx.organisationId, id } },
    data: { ...feed, closedAt: null, adoptedAt: now },
  });
  await markLinesAsFormer(tx, id, now);
}

/**
 * Accounts whose connection is over: those of the same bank, and those of any provider's that have the number of an
 * offered one. An IBAN names one account wherever it is linked, so that changing the aggregator keeps the history too;
 * a connection that still delivers keeps its accounts, or two feeds would write into one.
 */
async function findFormerAccounts(
  tx: TenantTransaction,
  connection: { id: string; provider: string },
  institutionId: string | null,
  offered: readonly OfferedAccount[],
  gone: readonly (string | null)[],
): Promise<FormerAccount[]> {
  const digests = offered.map(({ identifierDigest }) => identifierDigest);
  return tx.query<FormerAccount>(
    `SELECT * FROM (
       SELECT a.id, a.persistent_id AS "persistentId", a.name, a.mask, a.kind, a.currency,
         encode(a.identifier_digest, 'hex') AS "identifierDigest",
         c.id = $2
           OR (c.provider = $3 AND c.institution_id IS NOT DISTINCT FROM $4 AND $4::text IS NOT NULL) AS "sameBank"
       FROM bank_connection c
       JOIN financial_account a ON a.organisation_id = $1 AND a.connection_id = c.id
       WHERE c.organisation_id = $1
         AND CASE WHEN c.id = $2 THEN a.external_id = ANY ($6::text[]) ELSE c.status IN ('deleted', 'expired') END
       -- Of several former lives the latest has the longest history.
       ORDER BY a.created_at, a.id
     ) former
     WHERE "sameBank" OR "identifierDigest" = ANY ($5::text[])`,
    [tx.organisationId, connection.id, connection.provider, institutionId, digests, gone],
  );
}

/** Not those of files, which no feed names. A pending line that the old feed never settled is not known to the new one: it is over. */
async function markLinesAsFormer(tx: TenantTransaction, accountId: string, now: Date) {
  await tx.query(
    `UPDATE bank_transaction SET external_id = $3 || external_id, updated_at = $4
     WHERE organisation_id = $1 AND account_id = $2 AND import_batch_id IS NULL AND NOT starts_with(external_id, 'file:')`,
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
