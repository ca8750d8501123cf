/** What stands in for the foreign key from bank transactions to accounts. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { newId } from "../../server/src/db/ids.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
} from "../support/world.ts";

let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

test("a bank transaction is of an account of its own organisation, however it is written", async () => {
  const [ours, theirs] = [await addOrganisation(app), await addOrganisation(app)];
  const account = await addAccount(app, ours.id, await addConnection(app, ours.id));
  const foreign = await addAccount(app, theirs.id, await addConnection(app, theirs.id));
  const [line] = await addTransactions(app, ours.id, account, [{}]);
  const refused = /is of an account of its organisation|Foreign key constraint/;
  for (const nowhere of [foreign, newId()]) {
    await expect(addTransactions(app, ours.id, nowhere, [{}, {}])).rejects.toThrow(refused);
    const move = asOrganisation(app.database, ours.id, (tx) =>
      tx.query("UPDATE bank_transaction SET account_id = $1 WHERE id = $2", [nowhere, line]),
    );
    await expect(move).rejects.toThrow(refused);
  }
  const rename = asOrganisation(app.database, ours.id, (tx) =>
    tx.query("UPDATE financial_account SET id = $1 WHERE id = $2", [newId(), account]),
  );
  await expect(rename).rejects.toThrow("an account keeps its id");
});
