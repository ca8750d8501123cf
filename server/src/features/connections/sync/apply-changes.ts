import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { emit } from "../../../events/emit.ts";
import { eventIdsMax } from "../../../events/topics.ts";
import type { AccountPath } from "../../../generated/prisma/enums.ts";
import type { WholeRange } from "../../../providers/provider.ts";
import { carryOverUnlinked } from "./carry-over-unlinked.ts";
import { keepFileLines } from "./keep-file-lines.ts";
import { knownAs } from "./known-as.sql.ts";
import { recogniseFormerLines } from "./recognise-former-lines.ts";
import { type RenamedLine, renameLines } from "./rename-lines.ts";
import { stageVanished } from "./stage-vanished.ts";
import { voidMatchesOf } from "./void-matches.ts";

export interface AppliedChanges {
  readonly added: number;
  readonly modified: number;
  readonly removed: number;
}

/** Whose changes they are. */
export interface ChangeTarget {
  readonly connectionId: string;
  /** What an account is given that the list of accounts lacks. */
  readonly path: AccountPath;
}

/**
 * Brings a connection's staged changes into the books, as sets, and emits their events. Applying them again changes
 * nothing. The order matters: what is missing in a part that was read whole counts as removed like what the provider
 * calls so, a posted row takes over its pending row's place before anything looks at either, and a match is voided
 * before the amount under it changes.
 * @param read what the pull read whole, and what of it could not be understood
 */
export async function applyChanges(
  tx: TenantTransaction,
  { connectionId, path }: ChangeTarget,
  read: { whole: readonly WholeRange[]; unread: readonly string[] | null },
  now: Date,
): Promise<AppliedChanges> {
  await planForSize(tx, connectionId);
  await addMissingAccounts(tx, connectionId, path, now);
  const first = await isFirst(tx, connectionId);
  if (!first) {
    await recogniseFormerLines(tx, connectionId, now);
    await stageVanished(tx, connectionId, read);
    await planForSize(tx, connectionId);
    await carryOverPending(tx, connectionId, now);
    await carryOverUnlinked(tx, connectionId, now);
    await keepFileLines(tx, connectionId, now);
  }
  const reopened = first ? [] : await voidOverturnedMatches(tx, connectionId, now);
  const { added, changed } = await (first ? insertAll : upsert)(tx, connectionId, now);
  const removed = first ? [] : await markRemoved(tx, connectionId, now);
  emitChanges(tx, { added, changed: unite(changed, reopened, removed), removed });
  return { added: added.length, modified: changed.length, removed: removed.length };
}

/** From here on the staged rows are compared as sets; below it, each by its index. */
const stagedBySetsMin = 5_000;

/**
 * Nobody has analysed the staging table since its rows came, so the planner takes 100,000 of them for a handful and
 * walks the table once for each transaction: minutes instead of a second. For many rows the walk is forbidden.
 */
async function planForSize(tx: TenantTransaction, connectionId: string): Promise<void> {
  await tx.query(
    `SELECT set_config('enable_nestloop', 'off', true)
     FROM (SELECT FROM staged_change WHERE organisation_id = $1 AND connection_id = $2 LIMIT ${stagedBySetsMin}) s
     HAVING count(*) >= ${stagedBySetsMin}`,
    [tx.organisationId, connectionId],
  );
}

/** A row of an account that the list of accounts lacks is kept all the same. */
async function addMissingAccounts(
  tx: TenantTransaction,
  connectionId: string,
  path: AccountPath,
  now: Date,
) {
  await tx.query(
    `INSERT INTO financial_account
       (organisation_id, id, connection_id, external_id, name, kind, currency, path, created_at)
     SELECT DISTINCT ON (s.account_external_id)
       $1::uuid, gen_random_uuid(), $2::uuid, s.account_external_id, 'Account', 'other', s.currency, $4::account_path,
       $3::timestamptz
     FROM staged_change s
     WHERE s.organisation_id = $1 AND s.connection_id = $2 AND NOT s.removed
     ON CONFLICT (connection_id, external_id) DO NOTHING`,
    [tx.organisationId, connectionId, now, path],
  );
}

/** Nothing to compare with: a first sync of 100,000 rows need not look each of them up. */
async function isFirst(tx: TenantTransaction, connectionId: string): Promise<boolean> {
  const known = await tx.query(
    `SELECT FROM financial_account a
     WHERE a.organisation_id = $1 AND a.connection_id = $2
       AND EXISTS (SELECT FROM bank_transaction t WHERE t.organisation_id = $1 AND t.account_id = a.id)
     LIMIT 1`,
    [tx.organisationId, connectionId],
  );
  return known.length === 0;
}

/**
 * A pending row that comes back posted, under another id, is the same line of the account: it keeps its own id here,
 * and with it the category, the exclusion, the match and the history. Its removal then finds nothing.
 */
async function carryOverPending(
  tx: TenantTransaction,
  connectionId: string,
  now: Date,
): Promise<void> {
  const pairs = await tx.query<RenamedLine>(
    `SELECT DISTINCT ON (known.id) known.id, s.external_id AS "externalId"
     FROM staged_change s ${knownAs("s.replaces_external_id")}
     LEFT JOIN LATERAL (
       SELECT true AS here FROM bank_transaction t
       WHERE t.account_id = a.id AND t.external_id = s.external_id OFFSET 0
     ) already ON true
     WHERE s.organisation_id = $1 AND s.connection_id = $2 AND NOT s.removed
       AND s.replaces_external_id IS NOT NULL AND already.here IS NULL
     ORDER BY known.id, s.external_id`,
    [tx.organisationId, connectionId],
  );
  await renameLines(tx, pairs, now);
}

async function voidOverturnedMatches(
  tx: TenantTransaction,
  connectionId: string,
  now: Date,
): Promise<string[]> {
  const overturned = await tx.query<{ id: string; removed: boolean }>(
    `SELECT known.id, s.removed
     FROM staged_change s ${knownAs("s.external_id")}
     WHERE s.organisation_id = $1 AND s.connection_id = $2 AND known.allocated_minor > 0
       AND (s.removed OR s.amount_minor <> known.amount_minor OR s.currency <> known.currency)`,
    [tx.organisationId, connectionId],
  );
  const idsWhere = (removed: boolean) =>
    overturned.filter((row) => row.removed === removed).map(({ id }) => id);
  const changed = "The bank changed the amount of the transaction.";
  const removed = "The bank removed the transaction.";
  return [
    ...(await voidMatchesOf(tx, idsWhere(false), changed, now)),
    ...(await voidMatchesOf(tx, idsWhere(true), removed, now)),
  ];
}

/**
 * A first sync inserts without looking for conflicts, a tenth to a fifth cheaper: the caller holds the connection's
 * lock, and has seen that its accounts are empty.
 */
async function insertAll(tx: TenantTransaction, connectionId: string, now: Date) {
  const added = await tx.query<{ id: string }>(`${insertSql} RETURNING t.id`, [
    tx.organisationId,
    connectionId,
    now,
  ]);
  return { added: added.map(({ id }) => id), changed: [] };
}

/** A category that a person chose stays; a row that is as it was is left alone, and no event tells of it. */
async function upsert(
  tx: TenantTransaction,
  connectionId: string,
  now: Date,
): Promise<{ added: string[]; changed: string[] }> {
  const rows = await tx.query<{ id: string; inserted: boolean }>(
    `${insertSql}
     ON CONFLICT (account_id, external_id) DO UPDATE SET
       pending = excluded.pending, booked_on = excluded.booked_on, amount_minor = excluded.amount_minor,
       currency = excluded.currency, description = excluded.description,
       counterparty_name = excluded.counterparty_name, reference = excluded.reference,
       category_id = CASE WHEN t.category_by_person THEN t.category_id
         ELSE coalesce(excluded.category_id, t.category_id) END,
       removed_at = NULL, updated_at = $3
     WHERE t.removed_at IS NOT NULL
       OR (t.pending, t.booked_on, t.amount_minor, t.currency, t.description, t.counterparty_name, t.reference)
         IS DISTINCT FROM (excluded.pending, excluded.booked_on, excluded.amount_minor, excluded.currency,
           excluded.description, excluded.counterparty_name, excluded.reference)
     RETURNING t.id, t.xmax = 0 AS inserted`,
    [tx.organisationId, connectionId, now],
  );
  const idsWhere = (inserted: boolean) =>
    rows.filter((row) => row.inserted === inserted).map(({ id }) => id);
  return { added: idsWhere(true), changed: idsWhere(false) };
}

const insertSql = `
  INSERT INTO bank_transaction AS t (organisation_id, id, account_id, external_id, pending, booked_on,
    amount_minor, currency, description, counterparty_name, reference, category_id, created_at, updated_at)
  SELECT $1, s.id, a.id, s.external_id, s.pending, s.booked_on, s.amount_minor, s.currency, s.description,
    s.counterparty_name, s.reference, c.id, $3, $3
  FROM staged_change s
  JOIN financial_account a ON a.organisation_id = $1
    AND a.connection_id = $2 AND a.external_id = s.account_external_id
  LEFT JOIN category c ON c.organisation_id = $1 AND c.name = s.category_name
  WHERE s.organisation_id = $1 AND s.connection_id = $2 AND NOT s.removed`;

async function markRemoved(
  tx: TenantTransaction,
  connectionId: string,
  now: Date,
): Promise<string[]> {
  const gone = await tx.query<{ id: string }>(
    `SELECT known.id FROM staged_change s ${knownAs("s.external_id")}
     WHERE s.organisation_id = $1 AND s.connection_id = $2 AND s.removed AND known.removed_at IS NULL`,
    [tx.organisationId, connectionId],
  );
  const removed = gone.map(({ id }) => id);
  if (removed.length === 0) return removed;
  // By ids: joined with the staged rows, the planner has begun with all of an organisation's lines.
  await tx.query(
    `UPDATE bank_transaction SET removed_at = $3, updated_at = $3
     WHERE organisation_id = $1 AND id = ANY ($2::uuid[])`,
    [tx.organisationId, removed, now],
  );
  return removed;
}

function unite(
  changed: readonly string[],
  reopened: readonly string[],
  removed: readonly string[],
) {
  const gone = new Set(removed);
  return [...new Set([...changed, ...reopened])].filter((id) => !gone.has(id));
}

function emitChanges(
  tx: TenantTransaction,
  lists: { added: string[]; changed: string[]; removed: string[] },
): void {
  const { added, changed, removed } = lists;
  const longest = Math.max(added.length, changed.length, removed.length);
  for (let at = 0; at < longest; at += eventIdsMax) {
    const part = (ids: string[]) => ids.slice(at, at + eventIdsMax);
    emit(tx, {
      topic: "bank_transactions.changed",
      added: part(added),
      changed: part(changed),
      removed: part(removed),
    });
  }
}
