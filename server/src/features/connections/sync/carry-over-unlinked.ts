import { addDays, localDate } from "../../../core/dates.ts";
import {
  type Posting,
  pairPostings,
  postingDaysMax,
  type VanishedPending,
} from "../../../core/pending-postings.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { knownAs } from "./known-as.sql.ts";
import { formerPrefix } from "./recognise-former-lines.ts";
import { renameLines } from "./rename-lines.ts";

/** Beyond this, too much vanishes at once for anything to be told by its amount. */
const vanishedMax = 2_000;

/**
 * Some providers let a pending row vanish and send the posted one without saying that they belong together, in one pull
 * or with days between. Where core is certain, the posted row takes the pending one's place, as in carryOverPending: it
 * keeps its id, category and exclusion.
 *
 * The match is kept where both come in one pull, for nothing has touched it. Between two pulls it was voided, with its
 * reason on record, and what it had settled was open to everybody; it stays voided. Made again by itself, it could
 * settle what a person has meanwhile decided otherwise, or seem never to have been undone. The matching that follows
 * every sync proposes it anew, from what is open now.
 */
export async function carryOverUnlinked(
  tx: TenantTransaction,
  connectionId: string,
  now: Date,
): Promise<void> {
  const vanished = await vanishedPendings(tx, connectionId, now);
  if (vanished.length === 0 || vanished.length > vanishedMax) return;
  const coming = await comingPostings(tx, connectionId, vanished);
  if (coming.length === 0) return;
  const pairs = pairPostings(vanished, [...coming, ...(await knownPostings(tx, coming))]);
  const lines = pairs.map(({ pendingId, externalId }) => ({ id: pendingId, externalId }));
  await renameLines(tx, lines, now);
}

/** Pending rows that this pull removes, and those that one of the last days' did. */
async function vanishedPendings(
  tx: TenantTransaction,
  connectionId: string,
  now: Date,
): Promise<VanishedPending[]> {
  const columns = `id, account_id AS "accountId", trim(currency) AS currency, amount_minor AS "amountMinor",
    booked_on AS "bookedOn", created_at AS "createdAt"`;
  return tx.query<VanishedPending>(
    `SELECT ${columns} FROM (
       SELECT known.* FROM staged_change s ${knownAs("s.external_id")}
       WHERE s.organisation_id = $1 AND s.connection_id = $2 AND s.removed
         AND known.pending AND known.removed_at IS NULL
     ) now_gone
     UNION ALL
     SELECT ${columns} FROM (
       SELECT t.* FROM financial_account a
       CROSS JOIN LATERAL (
         SELECT * FROM bank_transaction t
         WHERE t.organisation_id = $1 AND t.account_id = a.id AND t.booked_on >= $3::timestamptz::date - $5::int
           AND t.pending AND t.removed_at >= $3::timestamptz - make_interval(days => $4)
           AND NOT starts_with(t.external_id, $6) OFFSET 0
       ) t
       LEFT JOIN LATERAL (
         SELECT true AS back FROM staged_change s
         WHERE s.connection_id = $2 AND s.external_id = t.external_id AND NOT s.removed OFFSET 0
       ) staged ON true
       WHERE a.organisation_id = $1 AND a.connection_id = $2 AND staged.back IS NULL
     ) gone_before`,
    [tx.organisationId, connectionId, now, postingDaysMax, 3 * postingDaysMax, formerPrefix],
  );
}

/** Posted rows that come now, of the same accounts and amounts. */
async function comingPostings(
  tx: TenantTransaction,
  connectionId: string,
  vanished: readonly VanishedPending[],
): Promise<Posting[]> {
  return tx.query<Posting>(
    `WITH alike AS MATERIALIZED (
       SELECT DISTINCT * FROM unnest($3::uuid[], $4::text[], $5::bigint[]) AS v (account_id, currency, amount_minor)
     ), coming AS MATERIALIZED (
       SELECT s.external_id, a.id AS account_id, s.currency, s.amount_minor, s.booked_on
       FROM staged_change s
       JOIN financial_account a ON a.organisation_id = $1 AND a.connection_id = $2
         AND a.external_id = s.account_external_id
       JOIN alike ON alike.account_id = a.id AND alike.currency = trim(s.currency)
         AND alike.amount_minor = s.amount_minor
       WHERE s.organisation_id = $1 AND s.connection_id = $2 AND NOT s.removed AND NOT s.pending
         AND s.replaces_external_id IS NULL
     )
     SELECT coming.external_id AS "externalId", account_id AS "accountId", trim(currency) AS currency,
       amount_minor AS "amountMinor", booked_on AS "bookedOn", NULL::timestamptz AS "knownSince"
     FROM coming
     LEFT JOIN LATERAL (
       SELECT true AS here FROM bank_transaction t
       WHERE t.account_id = coming.account_id AND t.external_id = coming.external_id OFFSET 0
     ) known ON true
     WHERE known.here IS NULL`,
    [tx.organisationId, connectionId, ...amountsOf(vanished)],
  );
}

/** Posted rows that the books have already, and that could be meant as well. */
async function knownPostings(
  tx: TenantTransaction,
  coming: readonly Posting[],
): Promise<Posting[]> {
  const days = coming.map(({ bookedOn }) => bookedOn).sort();
  const [first = localDate("0001-01-01")] = days;
  return tx.query<Posting>(
    `WITH alike AS MATERIALIZED (
       SELECT DISTINCT * FROM unnest($2::uuid[], $3::text[], $4::bigint[]) AS v (account_id, currency, amount_minor)
     )
     SELECT t.external_id AS "externalId", t.account_id AS "accountId", alike.currency,
       t.amount_minor AS "amountMinor", t.booked_on AS "bookedOn", t.created_at AS "knownSince"
     FROM alike
     CROSS JOIN LATERAL (
       SELECT * FROM bank_transaction t
       WHERE t.organisation_id = $1 AND t.account_id = alike.account_id AND t.booked_on >= $5::date
         AND t.amount_minor = alike.amount_minor AND trim(t.currency) = alike.currency
         AND NOT t.pending AND t.removed_at IS NULL OFFSET 0
     ) t`,
    // A pending row lies within these days of its posting, and so do those that it could be taken for.
    [tx.organisationId, ...amountsOf(coming), addDays(first, -2 * postingDaysMax)],
  );
}

function amountsOf(
  lines: readonly (VanishedPending | Posting)[],
): [accountIds: string[], currencies: string[], amountsMinor: string[]] {
  return [
    lines.map(({ accountId }) => accountId),
    lines.map(({ currency }) => currency),
    lines.map(({ amountMinor }) => amountMinor.toString()),
  ];
}
