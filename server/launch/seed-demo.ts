/** Writes the demo's books into an empty database, as the server's own restricted role. */
import { hash } from "@node-rs/argon2";
import pg from "pg";
import { type DemoOrganisation, demoPassword, demoSeed } from "../../prisma/seed.ts";
import { newId } from "../src/db/ids.ts";
import { holidaysOf } from "../src/features/calendar/public-holidays.ts";
import { insertRows } from "./insert-rows.ts";
import { insertBlocks, insertFileAccounts, insertRates } from "./seed-blocks.ts";

/**
 * All or nothing, and only where nobody is yet: a second start changes nothing.
 * @param today ISO date
 * @returns whether it wrote
 */
export async function seedDemo(serverUrl: string, today: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ used: boolean }>(
      "SELECT EXISTS (SELECT FROM person) AS used",
    );
    if (rows[0]?.used) return false;
    const seed = demoSeed(today);
    const passwordHash = await hash(demoPassword);
    await client.query("BEGIN");
    const personIds = new Map<string, string>();
    for (const { email, name } of seed.people) {
      const id = newId();
      personIds.set(email, id);
      await client.query(
        "INSERT INTO person (id, email, name, password_hash) VALUES ($1, $2, $3, $4)",
        [id, email, name, passwordHash],
      );
    }
    for (const organisation of seed.organisations) {
      await insertOrganisation(client, organisation, personIds, today);
    }
    await client.query("COMMIT");
    return true;
  } finally {
    await client.end();
  }
}

async function insertOrganisation(
  client: pg.Client,
  organisation: DemoOrganisation,
  personIds: Map<string, string>,
  today: string,
): Promise<void> {
  const { name, baseCurrency, members, categories, openItems } = organisation;
  const organisationId = newId();
  await client.query("SELECT set_config('tieout.organisation_id', $1, true)", [organisationId]);
  await client.query("INSERT INTO organisation (id, name, base_currency) VALUES ($1, $2, $3)", [
    organisationId,
    name,
    baseCurrency,
  ]);
  await insertRows(client, organisationId, "membership", {
    person_id: ["uuid", members.map(({ email }) => personIds.get(email))],
    role: ["role", members.map(({ role }) => role)],
  });
  await insertRows(client, organisationId, "category", {
    name: ["text", categories.map((category) => category.name)],
    kind: ["text", categories.map((category) => category.kind)],
  });
  await insertRows(client, organisationId, "open_item", {
    kind: ["open_item_kind", openItems.map((item) => item.kind)],
    number: ["text", openItems.map((item) => item.number)],
    counterparty_name: ["text", openItems.map((item) => item.counterpartyName)],
    issued_on: ["date", openItems.map((item) => item.issuedOn)],
    due_on: ["date", openItems.map((item) => item.dueOn)],
    currency: ["text", openItems.map((item) => item.currency)],
    amount_minor: ["bigint", openItems.map((item) => item.amountMinor)],
    description: ["text", openItems.map((item) => item.description)],
  });
  await insertChart(client, organisationId, organisation);
  await insertAccountsByHand(client, organisationId, organisation);
  await insertBlocks(client, organisationId, organisation, today);
  await insertFileAccounts(client, organisationId, organisation.fileAccounts, { today });
  await insertRates(client, organisationId, organisation);
  const year = Number(today.slice(0, 4));
  for (const each of [year, year + 1]) {
    const holidays = await holidaysOf(organisation.holidaysOf, each);
    await client.query(
      "INSERT INTO holiday (organisation_id, day, name) SELECT $1, * FROM unnest($2::date[], $3::text[])",
      [organisationId, holidays.map(({ day }) => day), holidays.map((holiday) => holiday.name)],
    );
  }
}

async function insertChart(
  client: pg.Client,
  organisationId: string,
  { ledgerAccounts }: DemoOrganisation,
): Promise<void> {
  await insertRows(client, organisationId, "ledger_account", {
    number: ["text", ledgerAccounts.map(({ number }) => number)],
    name: ["text", ledgerAccounts.map(({ name }) => name)],
    kind: ["text", ledgerAccounts.map(({ kind }) => kind)],
    currency: ["text", ledgerAccounts.map(({ currency }) => currency)],
  });
}

async function insertAccountsByHand(
  client: pg.Client,
  organisationId: string,
  { accountsByHand }: DemoOrganisation,
): Promise<void> {
  for (const account of accountsByHand) {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO financial_account (organisation_id, id, institution_name, name, kind, currency, mask, path,
         uploads_from, ledger_account_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'manual_upload', $8,
         (SELECT id FROM ledger_account WHERE organisation_id = $1 AND number = $9)) RETURNING id`,
      [
        organisationId,
        newId(),
        account.institutionName,
        account.name,
        account.kind,
        account.currency,
        account.mask,
        account.uploadsFrom,
        account.ledgerNumber,
      ],
    );
    const accountId = rows[0]?.id;
    const { statements, late } = account;
    await insertRows(client, organisationId, "statement_upload", {
      account_id: ["uuid", statements.map(() => accountId)],
      month: ["date", statements.map(({ month }) => month)],
      note: ["text", statements.map(({ note }) => note)],
      uploaded_by: ["text", statements.map(({ uploadedBy }) => uploadedBy)],
      uploaded_at: ["timestamptz", statements.map(({ uploadedOn }) => `${uploadedOn}T10:20:00Z`)],
    });
    // The worker tells of what is due within the half hour; a fresh demo shows what is late at once.
    await insertRows(client, organisationId, "announcement", {
      kind: ["text", late.map(() => "statement_late")],
      account_id: ["uuid", late.map(() => accountId)],
      occasion: ["text", late],
    });
  }
}
