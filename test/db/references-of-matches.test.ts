/** What stands in for the foreign keys of payments, matches and the log. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asOrganisation, type TenantTransaction } from "../../server/src/db/as-organisation.ts";
import { newId } from "../../server/src/db/ids.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  addAccount,
  addConnection,
  addOpenItems,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
} from "../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let ours: Books;
let theirs: Books;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  [ours, theirs] = [await addBooks(), await addBooks()];
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

type Names = { match: string; line: string; item: string };
type Books = Names & { organisation: string; run: string };

/** An open line, an open item, a match without payments, and a run. */
async function addBooks(): Promise<Books> {
  const { id: organisation } = await addOrganisation(app);
  const account = await addAccount(app, organisation, await addConnection(app, organisation));
  const [line = ""] = await addTransactions(app, organisation, account, [{ amountMinor: 100n }]);
  const [item = ""] = await addOpenItems(app, organisation, [{ amountMinor: 100n }]);
  const [match, run] = [newId(), newId()];
  await asOrganisation(app.database, organisation, async (tx) => {
    await tx.query(
      "INSERT INTO matching_run (organisation_id, id, trigger, status) VALUES ($1, $2, 'items', 'running')",
      [organisation, run],
    );
    await addMatch(tx, match, run);
  });
  return { organisation, match, line, item, run };
}

function addMatch(tx: TenantTransaction, id: string, runId: string | null) {
  return tx.query(
    "INSERT INTO match (organisation_id, id, origin, decided_by, run_id) VALUES ($1, $2, 'automatic', 'Test', $3)",
    [tx.organisationId, id, runId],
  );
}

/** Two payments in one statement: a sound one, and one that names what is given. */
function pay(names: Partial<Names>) {
  return asOrganisation(app.database, ours.organisation, (tx) =>
    tx.query(
      `INSERT INTO payment (organisation_id, id, match_id, transaction_id, open_item_id, amount_minor, currency,
         transaction_minor, transaction_currency)
       SELECT $1, p.id, p.match, p.line, p.item, 10, 'GBP', 10, 'GBP'
       FROM (VALUES ($2::uuid, $3::uuid, $4::uuid, $5::uuid), ($6::uuid, $7::uuid, $8::uuid, $9::uuid))
         AS p (id, match, line, item)`,
      [
        ...[ours.organisation, newId(), ours.match, ours.line, ours.item],
        ...[newId(), names.match ?? ours.match, names.line ?? ours.line, names.item ?? ours.item],
      ],
    ),
  );
}

describe("a payment", () => {
  test.each(["match", "line", "item"] as const)(
    "names a %s of its own organisation",
    async (which) => {
      for (const nowhere of [theirs[which], newId()]) {
        await expect(pay({ [which]: nowhere })).rejects.toMatchObject({ code: "23503" });
      }
    },
  );

  test("that names its own is taken, and what it names keeps its id", async () => {
    await pay({});
    const tables = ["bank_transaction", "open_item", "match", "matching_run"];
    const ids = [ours.line, ours.item, ours.match, ours.run];
    for (const [place, table] of tables.entries()) {
      const rename = asOrganisation(app.database, ours.organisation, (tx) =>
        tx.query(`UPDATE ${table} SET id = $1 WHERE id = $2`, [newId(), ids[place]]),
      );
      await expect(rename, table).rejects.toThrow("keeps its id");
    }
  });
});

test("a match names a run of its own organisation, and keeps it", async () => {
  for (const nowhere of [theirs.run, newId()]) {
    const made = asOrganisation(app.database, ours.organisation, (tx) =>
      addMatch(tx, newId(), nowhere),
    );
    await expect(made).rejects.toMatchObject({ code: "23503" });
    const moved = asOrganisation(app.database, ours.organisation, (tx) =>
      tx.query("UPDATE match SET run_id = $1 WHERE id = $2", [nowhere, ours.match]),
    );
    await expect(moved).rejects.toThrow("keeps its run");
  }
});

test("a match and an entry of the log are of an organisation that is there", async () => {
  const organisation = newId();
  const made = asOrganisation(app.database, organisation, (tx) => addMatch(tx, newId(), null));
  await expect(made).rejects.toMatchObject({ code: "23503" });
  const noted = asOrganisation(app.database, organisation, (tx) =>
    tx.query(
      `INSERT INTO audit_entry (organisation_id, id, actor_kind, actor_name, action, subject_kind, subject_id)
       VALUES ($1, $2, 'job', 'Test', 'match.proposed', 'bank_transaction', $2)`,
      [organisation, newId()],
    ),
  );
  await expect(noted).rejects.toMatchObject({ code: "23503" });
});
