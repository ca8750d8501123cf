import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readEvents } from "../../server/src/events/read-events.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { post, startTestServer } from "../support/test-server.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addSession,
  addTransactions,
  type WorldOrganisation,
} from "../support/world.ts";

let database: TestDatabase;
let server: RunningServer;
let organisation: WorldOrganisation;
let admin: pg.Client;
/** Looks at the others' work: inside a transaction PostgreSQL goes on showing what it first showed. */
let watcher: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestServer(database.serverUrl);
  organisation = await addOrganisation(server.app);
  admin = new pg.Client({ connectionString: database.adminUrl });
  watcher = new pg.Client({ connectionString: database.adminUrl });
  await Promise.all([admin.connect(), watcher.connect()]);
});
afterAll(async () => {
  await Promise.all([admin?.end(), watcher?.end()]);
  await server?.stop();
  await database?.drop();
});

it("is never of a moment after what was loaded beside it", async () => {
  const { app } = server;
  const accountId = await addAccount(
    app,
    organisation.id,
    await addConnection(app, organisation.id),
  );
  const [lineId] = await addTransactions(app, organisation.id, accountId, [
    { description: "AS IT WAS", amountMinor: 100n },
  ]);
  const owner = organisation.people.owner.id;
  const cookie = `tieout=${await addSession(app, owner, organisation.id)}`;

  // Nobody can read where the log ends until a change has been committed. All else can be read meanwhile.
  await admin.query("BEGIN");
  await admin.query("LOCK TABLE event_head IN ACCESS EXCLUSIVE MODE");
  const asked = post(
    server,
    "query ($id: ID!) { bankTransaction(id: $id) { description } eventCursor }",
    { variables: { id: lineId }, headers: { cookie } },
  );
  const waitingFor = async () => {
    const { rows } = await watcher.query<{ wait: string | null }>(
      `SELECT wait_event_type AS wait FROM pg_stat_activity
       WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()`,
    );
    return rows;
  };
  await expect.poll(waitingFor).toEqual([{ wait: "Lock" }]);
  await admin.query("UPDATE bank_transaction SET description = 'AS IT IS NOW' WHERE id = $1", [
    lineId,
  ]);
  const { rows } = await admin.query<{ seq: string }>(
    "UPDATE event_head SET last_seq = last_seq + 1 WHERE organisation_id = $1 RETURNING last_seq AS seq",
    [organisation.id],
  );
  const seq = BigInt(rows[0]?.seq ?? 0);
  await admin.query(
    `INSERT INTO event (organisation_id, seq, topic, payload)
     VALUES ($1, $2, 'bank_transactions.changed', jsonb_build_object('added', '[]'::jsonb,
       'changed', jsonb_build_array($3::text), 'removed', '[]'::jsonb))`,
    [organisation.id, seq, lineId],
  );
  await admin.query("COMMIT");

  const { data, errors } = (await asked).body;
  expect(errors).toBeUndefined();
  const toldLater = await readEvents(app.database, organisation.id, BigInt(data.eventCursor), 10);
  expect({
    seen: data.bankTransaction.description,
    toldLater: toldLater.events.map((event) => event.seq),
  }).toEqual({ seen: "AS IT IS NOW", toldLater: [] });
});
