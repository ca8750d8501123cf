/** Writes the demo's books into an empty database, as the server's own restricted role. */
import { hash } from "@node-rs/argon2";
import pg from "pg";
import { type DemoOrganisation, demoPassword, demoSeed } from "../../prisma/seed.ts";
import { newId } from "../src/db/ids.ts";

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
      await insertOrganisation(client, organisation, personIds);
    }
    await client.query("COMMIT");
    return true;
  } finally {
    await client.end();
  }
}

async function insertOrganisation(
  client: pg.Client,
  { name, baseCurrency, members, categories, openItems }: DemoOrganisation,
  personIds: Map<string, string>,
): Promise<void> {
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
}

/** One statement for all rows: a year of open items one by one would double the first start. */
async function insertRows(
  client: pg.Client,
  organisationId: string,
  table: string,
  columns: Record<string, [type: string, values: unknown[]]>,
): Promise<void> {
  const names = ["id", ...Object.keys(columns)];
  const [first] = Object.values(columns);
  const ids = first?.[1].map(() => newId());
  const types = ["uuid", ...Object.values(columns).map(([type]) => type)];
  const arrays = types.map((type, index) => `$${index + 2}::${type}[]`);
  await client.query(
    `INSERT INTO ${table} (organisation_id, ${names.join(", ")})
     SELECT $1, * FROM unnest(${arrays.join(", ")})`,
    [organisationId, ids, ...Object.values(columns).map(([, values]) => values)],
  );
}
