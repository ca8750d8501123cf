import {
  changedInFlight,
  type ItemHere,
  type KnownDocument,
  type TakenValues,
} from "../../../core/accounting/take-document.ts";
import type { CurrencyCode } from "../../../core/currencies.ts";
import { plainArray, textArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import type { Sql } from "../../../db/sql.ts";

/** A document of the accounting package as it is written down. */
export interface DocumentRow {
  readonly externalId: string;
  readonly openItemId: string | null;
  readonly number: string | null;
  readonly counterpartyExternalId: string | null;
  readonly dueMinor: bigint | null;
  readonly currency: CurrencyCode | null;
  readonly state: string;
  readonly modifiedAt: Date | null;
  readonly taken: TakenValues | null;
  readonly problem: string | null;
}

export interface KnownRow extends KnownDocument {
  readonly itemId: string | null;
}

type StoredTaken = Omit<TakenValues, "amountMinor"> & { readonly amountMinor: string };

type KnownColumns = {
  readonly [Name in keyof ItemHere]: ItemHere[Name] | null;
} & {
  readonly externalId: string;
  readonly itemId: string | null;
  readonly taken: StoredTaken | null;
  readonly sentMinor: bigint;
  readonly inFlightMinor: bigint;
};

/**
 * What is known of documents, by their external ids. Their open items are locked, in id order.
 * @param of.countedUntil what is due there counts payments that were booked before; whether later ones, nobody knows
 */
export async function readKnownDocuments(
  tx: TenantTransaction,
  connectionId: string,
  of: { kind: "invoice" | "expense"; externalIds: readonly string[]; countedUntil: Date },
): Promise<Map<string, KnownRow>> {
  const named = [connectionId, of.kind, textArray(of.externalIds)];
  const those = `connection_id = $1 AND kind = $2 AND external_id = ANY ($3::text[])`;
  await tx.query(
    `SELECT count(*) FROM (
       SELECT FROM open_item WHERE id IN (SELECT open_item_id FROM accounting_document WHERE ${those})
       ORDER BY id FOR UPDATE) locked`,
    named,
  );
  const rows = await tx.query<KnownColumns>(
    `SELECT d.external_id AS "externalId", d.open_item_id AS "itemId", d.taken, i.number,
       i.counterparty_name AS "counterpartyName", i.issued_on AS "issuedOn", i.due_on AS "dueOn", i.currency,
       i.amount_minor AS "amountMinor", i.description, i.allocated_minor AS "allocatedMinor",
       i.voided_at IS NOT NULL AS "isVoid", coalesce(s.sent, 0)::bigint AS "sentMinor", coalesce(s.flying, 0)::bigint AS "inFlightMinor"
     FROM (SELECT * FROM accounting_document WHERE ${those} OFFSET 0) d
     LEFT JOIN LATERAL (SELECT * FROM open_item WHERE id = d.open_item_id LIMIT 1) i ON true
     LEFT JOIN LATERAL (
       SELECT sum(amount_minor) FILTER (WHERE status = 'success' AND completed_at <= $4) AS sent,
         sum(amount_minor) FILTER (WHERE status IN ('sending', 'pending', 'timed_out')
           OR (status = 'success' AND completed_at > $4)) AS flying
       FROM payment_offer WHERE payment_id IN (
         SELECT id FROM payment WHERE open_item_id = d.open_item_id AND voided_at IS NULL OFFSET 0) OFFSET 0) s ON true`,
    [...named, of.countedUntil],
  );
  return new Map(
    rows.map(({ externalId, itemId, taken, sentMinor, inFlightMinor, ...item }) => [
      externalId,
      {
        ...{ itemId, sentMinor, inFlightMinor, item: itemHere(item) },
        taken: taken && { ...taken, amountMinor: BigInt(taken.amountMinor) },
      },
    ]),
  );
}

/**
 * From when on documents are read: all that has changed since the last pull, and what was left for later.
 * @returns null: all that are open
 */
export async function readSince(
  sql: Sql,
  connectionId: string,
  kind: "invoice" | "expense",
  pulledAt: Date | null,
): Promise<Date | null> {
  const [left] = await sql.query<{ count: number; timed: number; since: Date | null }>(
    `SELECT count(*)::int AS count, count(modified_at)::int AS timed, min(modified_at) AS since
     FROM accounting_document WHERE connection_id = $1 AND kind = $2 AND problem = $3`,
    [connectionId, kind, changedInFlight],
  );
  if (pulledAt === null || !left || left.timed < left.count) return null;
  return left.since !== null && left.since < pulledAt ? left.since : pulledAt;
}

/** Writes documents down, however many, in one statement. */
export async function writeDocumentRows(
  tx: TenantTransaction,
  connectionId: string,
  kind: "invoice" | "expense",
  rows: readonly DocumentRow[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO accounting_document (organisation_id, connection_id, kind, read_at, external_id, open_item_id, number,
       counterparty_external_id, due_minor, currency, state, modified_at, taken, problem)
     SELECT $1, $2, $3, $4, v.id, v.item, v.number, v.counterparty, v.due, v.currency, v.state, v.modified, v.taken::jsonb,
       v.problem
     FROM unnest($5::text[], $6::uuid[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[],
       $12::timestamptz[], $13::text[], $14::text[])
       AS v (id, item, number, counterparty, due, currency, state, modified, taken, problem)
     ON CONFLICT (organisation_id, connection_id, kind, external_id) DO UPDATE SET read_at = excluded.read_at,
       open_item_id = excluded.open_item_id, number = coalesce(excluded.number, accounting_document.number),
       counterparty_external_id = coalesce(excluded.counterparty_external_id, accounting_document.counterparty_external_id),
       due_minor = excluded.due_minor, currency = excluded.currency, state = excluded.state,
       modified_at = excluded.modified_at, taken = excluded.taken, problem = excluded.problem`,
    [
      ...[tx.organisationId, connectionId, kind, now],
      textArray(rows.map((row) => row.externalId)),
      plainArray(rows.map((row) => row.openItemId)),
      textArray(rows.map((row) => row.number)),
      textArray(rows.map((row) => row.counterpartyExternalId)),
      plainArray(rows.map((row) => row.dueMinor)),
      plainArray(rows.map((row) => row.currency)),
      plainArray(rows.map((row) => row.state)),
      textArray(rows.map((row) => row.modifiedAt?.toISOString() ?? null)),
      textArray(rows.map((row) => row.taken && stored(row.taken))),
      textArray(rows.map((row) => row.problem)),
    ],
  );
}

function stored(taken: TakenValues): string {
  return JSON.stringify({ ...taken, amountMinor: String(taken.amountMinor) });
}

/** The item of a document, as core compares it. */
function itemHere(
  row: {
    readonly [Name in keyof ItemHere]: ItemHere[Name] | null;
  },
): ItemHere | null {
  const { number, counterpartyName, issuedOn, dueOn, currency } = row;
  const { amountMinor, description, allocatedMinor, isVoid } = row;
  if (number === null || counterpartyName === null || issuedOn === null) return null;
  if (currency === null || amountMinor === null || allocatedMinor === null) return null;
  return {
    ...{ number, counterpartyName, issuedOn, dueOn, currency, amountMinor, description },
    ...{ allocatedMinor, isVoid: isVoid === true },
  };
}
