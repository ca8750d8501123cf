import type { TenantTransaction } from "../../db/as-organisation.ts";
import { accountNow } from "../accounts/lock-account.ts";
import { noteAccountChange } from "../accounts/note-account-change.ts";
import { reviewStatementsIn } from "../accounts/review-statements.ts";
import { jobViewer } from "../viewer.ts";
import type { OfferedAccount } from "./adopt-accounts.ts";
import { type NumberHolder, pairByHand } from "./pair-accounts.ts";

/**
 * The accounts by hand that are offered ones, by a number that files or people told of them. They are locked until the
 * transaction ends, so that neither an import nor another bank's link is writing into them.
 * @param left offered accounts that are no older link's
 * @param listed all that the connection lists
 * @returns the account's id with the offered account
 */
export async function findByHand(
  tx: TenantTransaction,
  left: readonly OfferedAccount[],
  listed: readonly OfferedAccount[],
): Promise<[string, OfferedAccount][]> {
  const digests = left.flatMap(({ identifierDigest }) => identifierDigest ?? []);
  if (digests.length === 0) return [];
  const parameters = [tx.organisationId, digests];
  const locked = await tx.query(
    `SELECT FROM financial_account a
     WHERE a.organisation_id = $1 AND a.connection_id IS NULL AND a.id IN (SELECT account_id FROM (${numbers}) n)
     ORDER BY a.id FOR UPDATE`,
    parameters,
  );
  if (locked.length === 0) return [];
  // Read anew: whoever held one may have taken it over.
  const holders = await tx.query<NumberHolder>(
    `SELECT a.id, a.currency, encode(n.digest, 'hex') AS "identifierDigest",
       a.connection_id IS NULL AND a.path IS DISTINCT FROM 'non_standard' AS "byHand"
     FROM (${numbers}) n JOIN financial_account a ON a.organisation_id = $1 AND a.id = n.account_id`,
    parameters,
  );
  return pairByHand(holders, listed).filter(([, account]) => left.includes(account));
}

/** Each account with each of the numbers $2 that is known to be its own, whoever feeds it. */
const numbers = `
  SELECT id AS account_id, identifier_digest AS digest FROM financial_account
  WHERE organisation_id = $1 AND identifier_digest IN (SELECT decode(hex, 'hex') FROM unnest($2::text[]) hex)
  UNION
  SELECT r.account_id, r.account_digest FROM remembered_account r
  JOIN financial_account o ON o.organisation_id = $1 AND o.id = r.account_id AND o.currency = r.currency
  WHERE r.organisation_id = $1 AND r.account_digest IN (SELECT decode(hex, 'hex') FROM unnest($2::text[]) hex)`;

/** Its statements by hand are expected no longer, and that it is the same account is written down: nobody said so. */
export async function noteFedFromNow(
  tx: TenantTransaction,
  accountId: string,
  now: Date,
): Promise<void> {
  const account = await accountNow(tx, accountId);
  await reviewStatementsIn(tx, now, accountId);
  await noteAccountChange(
    tx,
    jobViewer(tx.organisationId, "Tieout"),
    account,
    "financial_account.recognised",
    { institution: account.institutionName },
  );
}
