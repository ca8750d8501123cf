import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { type OpenItem, openItemColumns } from "./open-item.ts";
import type { OpenItemValues } from "./open-item-input.ts";

type Key = Pick<OpenItemValues, "kind" | "counterpartyName" | "number">;

/** Open items that are the same documents by kind, counterparty and number, locked in id order. */
export async function lockSameOpenItems(
  tx: TenantTransaction,
  keys: readonly Key[],
): Promise<OpenItem[]> {
  return tx.query<OpenItem>(
    `SELECT ${openItemColumns} FROM open_item
     WHERE (kind, counterparty_name, number) IN (
       SELECT k.kind, k.name, k.number
       FROM unnest($1::open_item_kind[], $2::text[], $3::text[]) AS k (kind, name, number))
     ORDER BY id FOR UPDATE`,
    [
      keys.map(({ kind }) => kind),
      keys.map(({ counterpartyName }) => counterpartyName),
      keys.map(({ number }) => number),
    ],
  );
}

/** Adds what is new, as arrays: 5,000 rows are one statement. @returns what was added; documents that are there are not */
export async function insertOpenItems(
  tx: TenantTransaction,
  values: readonly OpenItemValues[],
  now: Date,
): Promise<(OpenItemValues & { id: string })[]> {
  if (values.length === 0) return [];
  const items = values.map((value) => ({ ...value, id: newId() }));
  const made = await tx.query<{ id: string }>(
    `INSERT INTO open_item (organisation_id, id, kind, number, counterparty_name, issued_on, due_on, currency,
       amount_minor, description, created_at, updated_at)
     SELECT $1, v.*, $2, $2
     FROM unnest($3::uuid[], $4::open_item_kind[], $5::text[], $6::text[], $7::date[], $8::date[],
       $9::text[], $10::bigint[], $11::text[]) AS v
     ON CONFLICT (organisation_id, kind, counterparty_name, number) DO NOTHING RETURNING id`,
    [
      tx.organisationId,
      now,
      items.map(({ id }) => id),
      items.map(({ kind }) => kind),
      items.map(({ number }) => number),
      ...columnsOf(items),
    ],
  );
  const ids = new Set(made.map(({ id }) => id));
  return items.filter(({ id }) => ids.has(id));
}

/** Brings locked items up to date; kind, counterparty and number are what they were found by. */
export async function updateOpenItems(
  tx: TenantTransaction,
  items: readonly (OpenItemValues & { id: string })[],
  now: Date,
): Promise<void> {
  if (items.length === 0) return;
  await tx.query(
    `UPDATE open_item SET counterparty_name = v.name, issued_on = v.issued_on, due_on = v.due_on,
       currency = v.currency, amount_minor = v.amount_minor, description = v.description, updated_at = $1
     FROM unnest($2::uuid[], $3::text[], $4::date[], $5::date[], $6::text[], $7::bigint[], $8::text[])
       AS v (id, name, issued_on, due_on, currency, amount_minor, description)
     WHERE open_item.id = v.id`,
    [now, items.map(({ id }) => id), ...columnsOf(items)],
  );
}

function columnsOf(items: readonly OpenItemValues[]): unknown[] {
  return [
    items.map(({ counterpartyName }) => counterpartyName),
    items.map(({ issuedOn }) => issuedOn),
    items.map(({ dueOn }) => dueOn),
    items.map(({ currency }) => currency),
    items.map(({ amountMinor }) => String(amountMinor)),
    items.map(({ description }) => description),
  ];
}
