import { addDays, type LocalDate, localDate } from "../../../core/dates.ts";
import {
  type Posting,
  pairPostings,
  postingDaysMax,
  type VanishedPending,
} from "../../../core/pending-postings.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { knownAs } from "./known-as.sql.ts";
import { formerPrefix } from "./recognise-former-lines.ts";

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
  const postings = await postingsLike(tx, connectionId, vanished);
  const pairs = pairPostings(vanished, postings);
  if (pairs.length === 0) return;
  await tx.query(
    `UPDATE bank_transaction t SET external_id = pair.external_id, updated_at = $4
     FROM unnest($2::uuid[], $3::text[]) AS pair (id, external_id)
     WHERE t.organisation_id = $1 AND t.id = pair.id`,
    [
      tx.organisationId,
      pairs.map(({ pendingId }) => pendingId),
      pairs.map(({ externalId }) => externalId),
      now,
    ],
  );
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

/** Posted rows of the same accounts and amounts: those that come now, and those that the books have already. */
async function postingsLike(
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
     WHERE known.here IS NULL
     UNION ALL
     SELECT t.external_id, t.account_id, alike.currency, t.amount_minor, t.booked_on, t.created_at
     FROM alike
     CROSS JOIN LATERAL (
       SELECT * FROM bank_transaction t
       WHERE t.organisation_id = $1 AND t.account_id = alike.account_id AND t.booked_on >= $6::date
         AND t.amount_minor = alike.amount_minor AND trim(t.currency) = alike.currency
         AND NOT t.pending AND t.removed_at IS NULL OFFSET 0
     ) t`,
    [
      tx.organisationId,
      connectionId,
      vanished.map(({ accountId }) => accountId),
      vanished.map(({ currency }) => currency),
      vanished.map(({ amountMinor }) => amountMinor.toString()),
      firstDay(vanished),
    ],
  );
}

function firstDay(vanished: readonly VanishedPending[]): LocalDate {
  const days = vanished.map(({ bookedOn }) => bookedOn).sort();
  return addDays(days[0] ?? localDate("0001-01-01"), -postingDaysMax);
}
