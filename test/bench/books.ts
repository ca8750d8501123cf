import { createHash } from "node:crypto";
import pg from "pg";
import { allPermissions } from "../../server/src/features/permissions.ts";

/** One tenant of the bench, with the API key that reads its books. */
export interface BenchTenant {
  organisationId: string;
  apiKey: string;
}

export interface BooksSize {
  tenants: number;
  transactionsEach: number;
  accountsEach: number;
}

/**
 * Fills a migrated database with many tenants' books, straight in SQL: a third of the transactions is matched to
 * an invoice, most have a category. Written as the administrator, since it writes every tenant at once.
 */
export async function fillBooks(adminUrl: string, size: BooksSize): Promise<BenchTenant[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    // The trigger that keeps allocated amounts is right but slow for a million rows: its results are written here.
    await client.query("SET session_replication_role = replica");
    for (const statement of statements(size)) await client.query(statement);
    const { rows } = await client.query<{ id: string; n: number }>(
      "SELECT id, n FROM bench_tenant ORDER BY n",
    );
    const tenants = rows.map(({ id, n }) => ({
      organisationId: id,
      apiKey: `tieout_bench_${n.toString().padStart(6, "0")}_${"0".repeat(24)}`,
    }));
    for (const { organisationId, apiKey } of tenants) {
      await client.query(
        `INSERT INTO api_key (id, organisation_id, name, prefix, secret_hash, permissions)
         VALUES (gen_random_uuid(), $1, 'bench', 'tieout_bench', $2, $3)`,
        [organisationId, createHash("sha256").update(apiKey).digest(), allPermissions],
      );
    }
    await client.query("SET session_replication_role = origin");
    await client.query("VACUUM ANALYZE");
    return tenants;
  } finally {
    await client.end();
  }
}

/** The sizes are numbers of ours, not input: they stand in the text. */
const statements = ({ tenants, transactionsEach, accountsEach }: BooksSize) => [
  `CREATE TEMP TABLE bench_tenant AS
   SELECT n, gen_random_uuid() AS id FROM generate_series(1, ${tenants}) AS n`,
  `INSERT INTO organisation (id, name, base_currency) SELECT id, 'Bench ' || n, 'GBP' FROM bench_tenant`,
  `INSERT INTO category (id, organisation_id, name, kind)
   SELECT gen_random_uuid(), t.id, 'Category ' || c, 'expense' FROM bench_tenant t, generate_series(1, 12) c`,
  `INSERT INTO bank_connection (id, organisation_id, provider, external_id, institution_name, status)
   SELECT gen_random_uuid(), id, 'plaid', 'bench-item-' || n, 'Bench Bank', 'active' FROM bench_tenant`,
  `INSERT INTO financial_account (id, organisation_id, connection_id, external_id, name, kind, mask, currency)
   SELECT gen_random_uuid(), c.organisation_id, c.id, c.external_id || '-' || a, 'Account ' || a, 'current', '000' || a, 'GBP'
   FROM bank_connection c, generate_series(1, ${accountsEach}) a`,
  `INSERT INTO bank_transaction (id, organisation_id, account_id, external_id, booked_on, amount_minor, currency,
     description, counterparty_name, reference, category_id, allocated_minor)
   SELECT gen_random_uuid(), t.id, a.ids[1 + i % cardinality(a.ids)], 'bench-' || i,
     date '2026-11-20' - (i % 730), amount, 'GBP', 'Payment ' || i || ' from counterparty ' || i % 500,
     'Counterparty ' || i % 500, 'REF' || i, c.ids[1 + i % 12], CASE WHEN i % 3 = 0 THEN amount ELSE 0 END
   FROM bench_tenant t
   JOIN LATERAL (SELECT array_agg(id) AS ids FROM financial_account WHERE organisation_id = t.id) a ON true
   JOIN LATERAL (SELECT array_agg(id) AS ids FROM category WHERE organisation_id = t.id) c ON true
   CROSS JOIN LATERAL (SELECT i, 1000 + (i * 7919) % 900000 AS amount FROM generate_series(1, ${transactionsEach}) i) rows`,
  `INSERT INTO open_item (id, organisation_id, kind, number, counterparty_name, issued_on, due_on, currency,
     amount_minor, allocated_minor)
   SELECT gen_random_uuid(), organisation_id, 'invoice', 'INV-' || reference, counterparty_name, booked_on - 30,
     booked_on, 'GBP', amount_minor, amount_minor
   FROM bank_transaction WHERE allocated_minor > 0`,
  `CREATE TEMP TABLE bench_pair AS
   SELECT t.organisation_id, gen_random_uuid() AS match_id, t.id AS transaction_id, i.id AS open_item_id, t.amount_minor
   FROM bank_transaction t
   JOIN open_item i ON i.organisation_id = t.organisation_id AND i.number = 'INV-' || t.reference
   WHERE t.allocated_minor > 0`,
  `INSERT INTO match (id, organisation_id, origin, profile, score, decided_by)
   SELECT match_id, organisation_id, 'automatic', 'invoice', 95, 'Automatic matching' FROM bench_pair`,
  `INSERT INTO payment (id, organisation_id, match_id, transaction_id, open_item_id, amount_minor, currency,
     transaction_minor, transaction_currency)
   SELECT gen_random_uuid(), organisation_id, match_id, transaction_id, open_item_id, amount_minor, 'GBP', amount_minor, 'GBP' FROM bench_pair`,
];
