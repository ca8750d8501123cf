/** What stands in for the foreign keys from feed lines to feeds and pushes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { asOrganisation } from "../../server/src/db/as-organisation.ts";
import { newId } from "../../server/src/db/ids.ts";
import { performPush } from "../../server/src/features/accounting/push/perform-push.ts";
import {
  addLines,
  type FedBooks,
  feedBooks,
  operationsOf,
  statesOf,
} from "../features/accounting/setup.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createFakePlatform } from "../support/fake-platform.ts";
import { createTestApp, type TestApp } from "../support/world.ts";

let database: TestDatabase;
let app: TestApp;
const platform = createFakePlatform({ now: () => app.now() });

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl, { platforms: [platform] });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

/** Books with two lines that were pushed, and one that was not. */
async function pushedBooks() {
  const books = await feedBooks(app, platform);
  await addLines(app, books, 2);
  const { organisation, feed } = books;
  const job = { organisationId: organisation.id, feedId: feed.id };
  await performPush(app, { ...job, trigger: "manual", by: "Tess" }, { looksMs: [0, 0] });
  expect(await statesOf(app, books)).toEqual({ pushed: 2 });
  const [unsent = ""] = await addLines(app, books, 1);
  const [operation] = await operationsOf(app, books);
  return { ...books, unsent, operationId: operation?.id ?? "" };
}

function within(books: FedBooks, text: string, values: readonly unknown[] = []) {
  return asOrganisation(app.database, books.organisation.id, (tx) => tx.query(text, values));
}

test("a feed line is of a feed and of a push of its own organisation, however it is written", async () => {
  const [ours, theirs] = [await pushedBooks(), await pushedBooks()];
  const write = (feedId: string, operationId: string | null) =>
    within(
      ours,
      `INSERT INTO feed_line (organisation_id, feed_account_id, transaction_id, state, operation_id)
       VALUES ($1, $2, $3, 'released', $4)`,
      [ours.organisation.id, feedId, ours.unsent, operationId],
    );
  const refused = { code: "23503" };
  for (const nowhere of [theirs.feed.id, newId()]) {
    await expect(write(nowhere, null)).rejects.toMatchObject(refused);
    const moved = within(ours, "UPDATE feed_line SET feed_account_id = $1", [nowhere]);
    await expect(moved).rejects.toMatchObject(refused);
  }
  for (const nowhere of [theirs.operationId, newId()]) {
    await expect(write(ours.feed.id, nowhere)).rejects.toMatchObject(refused);
    const moved = within(ours, "UPDATE feed_line SET operation_id = $1", [nowhere]);
    await expect(moved).rejects.toMatchObject(refused);
  }
  await write(ours.feed.id, ours.operationId);
  await within(ours, "UPDATE feed_line SET operation_id = NULL WHERE state = 'released'");
});

test("what a feed line names keeps its id", async () => {
  const renamed = (books: FedBooks, table: string) =>
    within(books, `UPDATE ${table} SET id = $1`, [newId()]);
  const kept = "what a feed line names keeps its id";
  await expect(renamed(await pushedBooks(), "push_operation")).rejects.toThrow(kept);
  // A feed that something was pushed in is held by the key of its pushes, too.
  await expect(renamed(await feedBooks(app, platform), "feed_account")).rejects.toThrow(kept);
});
