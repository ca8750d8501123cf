import { randomUUID } from "node:crypto";
import pg from "pg";
import { plainArray, textArray } from "../../server/src/db/array-literals.ts";
import type { LabelledSet } from "../core/matching/labelled/labelled-set.ts";

const rowsOfStatementMax = 20_000;

/**
 * Writes labelled books into a migrated database as an organisation of their own, with the ids that the set gives. As the
 * administrator, and past the operations: the set is what somebody's feeds and files had left there.
 * @returns the organisation's id
 */
export async function writeLabelled(adminUrl: string, set: LabelledSet): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const organisationId = randomUUID();
  const insert = async (sql: string, values: readonly string[]) => {
    await client.query(sql, [organisationId, ...values]);
  };
  try {
    await client.query("BEGIN");
    await insert(
      "INSERT INTO organisation (id, name, base_currency) VALUES ($1, 'Labelled books', $2)",
      [set.accounts[0]?.currency ?? "EUR"],
    );
    await writePlaces(set, insert);
    for (const some of chunksOf(set.transactions)) {
      await insert(
        `INSERT INTO bank_transaction (organisation_id, id, external_id, account_id, booked_on, amount_minor, currency,
           description, reference, counterparty_name)
         SELECT $1, t.id, t.id::text, t.account, t.day, t.amount, t.currency, t.description, t.reference, t.payer
         FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[])
           AS t (id, account, day, amount, currency, description, reference, payer)`,
        [
          plainArray(some.map((one) => one.id)),
          plainArray(some.map((one) => one.accountId)),
          plainArray(some.map((one) => one.bookedOn)),
          plainArray(some.map((one) => one.amountMinor)),
          plainArray(some.map((one) => one.currency)),
          textArray(some.map((one) => one.description)),
          textArray(some.map((one) => one.reference)),
          textArray(some.map((one) => one.counterpartyName)),
        ],
      );
    }
    for (const some of chunksOf(set.items)) {
      const unitOf = (id: string) => set.unitOfDemand.get(id) ?? null;
      await insert(
        `INSERT INTO open_item (organisation_id, id, kind, number, counterparty_name, issued_on, due_on, currency,
           amount_minor, block_id, unit_id, leaseholder_id)
         SELECT $1, i.id, i.kind::open_item_kind, i.number, i.client, i.issued, i.due, i.currency, i.amount, i.block,
           i.unit, i.leaseholder
         FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::text[], $9::bigint[],
           $10::uuid[], $11::uuid[], $12::uuid[])
           AS i (id, kind, number, client, issued, due, currency, amount, block, unit, leaseholder)`,
        [
          plainArray(some.map((one) => one.id)),
          plainArray(some.map((one) => one.kind)),
          textArray(some.map((one) => one.number)),
          textArray(some.map((one) => one.counterpartyName)),
          plainArray(some.map((one) => one.issuedOn)),
          plainArray(some.map((one) => one.dueOn)),
          plainArray(some.map((one) => one.currency)),
          plainArray(some.map((one) => one.amountMinor)),
          plainArray(some.map((one) => one.blockId)),
          plainArray(some.map((one) => unitOf(one.id)?.id ?? null)),
          plainArray(some.map((one) => unitOf(one.id)?.leaseholderId ?? null)),
        ],
      );
    }
    await client.query("COMMIT");
    await client.query("VACUUM ANALYZE bank_transaction, open_item");
    return organisationId;
  } finally {
    await client.end();
  }
}

type Insert = (sql: string, values: readonly string[]) => Promise<void>;

async function writePlaces(set: LabelledSet, insert: Insert): Promise<void> {
  const { blocks, units, accounts, rates } = set;
  await insert(
    `INSERT INTO block (organisation_id, id, name)
     SELECT $1, b.id, b.name FROM unnest($2::uuid[], $3::text[]) AS b (id, name)`,
    [plainArray(blocks.map((one) => one.id)), textArray(blocks.map((one) => one.name))],
  );
  await insert(
    `INSERT INTO unit (organisation_id, id, block_id, number)
     SELECT $1, u.id, u.block, u.number FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS u (id, block, number)`,
    [
      plainArray(units.map((one) => one.id)),
      plainArray(units.map((one) => one.blockId)),
      textArray(units.map((one) => one.number)),
    ],
  );
  await insert(
    `INSERT INTO leaseholder (organisation_id, id, block_id, unit_id, name, surname)
     SELECT $1, l.* FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[]) AS l`,
    [
      plainArray(units.map((one) => one.leaseholderId)),
      plainArray(units.map((one) => one.blockId)),
      plainArray(units.map((one) => one.id)),
      textArray(units.map((one) => one.leaseholderName)),
      textArray(units.map((one) => one.surname)),
    ],
  );
  await insert(
    `INSERT INTO financial_account (organisation_id, id, block_id, name, kind, institution_name, currency)
     SELECT $1, a.id, a.block, a.name, 'current', 'Labelled Bank', a.currency
     FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS a (id, block, name, currency)`,
    [
      plainArray(accounts.map((one) => one.id)),
      plainArray(accounts.map((one) => one.blockId)),
      textArray(accounts.map((one) => one.name)),
      plainArray(accounts.map((one) => one.currency)),
    ],
  );
  await insert(
    `INSERT INTO exchange_rate (organisation_id, base, quote, day, rate, loaded_by)
     SELECT $1, r.base, r.quote, r.day, r.rate, 'Labelled books'
     FROM unnest($2::text[], $3::text[], $4::date[], $5::numeric[]) AS r (base, quote, day, rate)`,
    [
      plainArray(rates.map((one) => one.base)),
      plainArray(rates.map((one) => one.quote)),
      plainArray(rates.map((one) => one.day)),
      plainArray(rates.map((one) => one.rate)),
    ],
  );
}

function* chunksOf<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += rowsOfStatementMax) {
    yield rows.slice(start, start + rowsOfStatementMax);
  }
}
