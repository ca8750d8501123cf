import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { OpenItemValues } from "./open-item-input.ts";

export interface DemandToWrite extends OpenItemValues {
  readonly id: string;
  readonly blockId: string;
  readonly unitId: string;
  readonly leaseholderId: string;
}

/** Adds demands, as arrays: 5,000 rows are one statement. @returns how many; one that is there by name and number is not added */
export async function insertDemands(
  tx: TenantTransaction,
  demands: readonly DemandToWrite[],
  now: Date,
): Promise<number> {
  if (demands.length === 0) return 0;
  const made = await tx.query(
    `INSERT INTO open_item (organisation_id, kind, created_at, updated_at, id, number, counterparty_name, issued_on,
       due_on, currency, amount_minor, description, block_id, unit_id, leaseholder_id)
     SELECT $1, 'demand', $2, $2, v.*
     FROM unnest($3::uuid[], $4::text[], $5::text[], $6::date[], $7::date[], $8::text[], $9::bigint[], $10::text[],
       $11::uuid[], $12::uuid[], $13::uuid[]) AS v
     ON CONFLICT (organisation_id, kind, counterparty_name, number) DO NOTHING RETURNING id`,
    [
      ...[tx.organisationId, now, demands.map(({ id }) => id)],
      ...[demands.map(({ number }) => number), demands.map((item) => item.counterpartyName)],
      ...[demands.map(({ issuedOn }) => issuedOn), demands.map(({ dueOn }) => dueOn)],
      ...[demands.map(({ currency }) => currency), demands.map((item) => String(item.amountMinor))],
      ...[demands.map(({ description }) => description), demands.map(({ blockId }) => blockId)],
      ...[demands.map(({ unitId }) => unitId), demands.map((item) => item.leaseholderId)],
    ],
  );
  return made.length;
}

/** Brings locked demands up to date; number, unit and leaseholder are what they were found by. */
export async function updateDemands(
  tx: TenantTransaction,
  demands: readonly DemandToWrite[],
  now: Date,
): Promise<void> {
  if (demands.length === 0) return;
  await tx.query(
    `UPDATE open_item SET issued_on = v.issued_on, due_on = v.due_on, currency = v.currency,
       amount_minor = v.amount_minor, description = v.description, updated_at = $1
     FROM unnest($2::uuid[], $3::date[], $4::date[], $5::text[], $6::bigint[], $7::text[])
       AS v (id, issued_on, due_on, currency, amount_minor, description)
     WHERE open_item.id = v.id`,
    [
      ...[now, demands.map(({ id }) => id), demands.map(({ issuedOn }) => issuedOn)],
      ...[demands.map(({ dueOn }) => dueOn), demands.map(({ currency }) => currency)],
      ...[demands.map((item) => String(item.amountMinor)), demands.map((item) => item.description)],
    ],
  );
}
