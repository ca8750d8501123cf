import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { permissionsOfRole } from "../../../server/src/features/permissions.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { undoDecisions } from "../../../server/src/features/reconciliation/undo/undo-decisions.ts";
import type { Viewer } from "../../../server/src/features/viewer.ts";
import { generateLabelled } from "../../core/matching/labelled/generate.ts";
import type { LabelledSet } from "../../core/matching/labelled/labelled-set.ts";
import { tuning } from "../../core/matching/labelled/tuning.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { writeLabelled } from "../../support/labelled-database.ts";
import { createTestApp, type TestApp } from "../../support/world.ts";

const transactions = 1_500;
const seed = 20_261_121;

let database: TestDatabase;
let app: TestApp;
let admin: pg.Client;
let set: LabelledSet;
let organisationId: string;
let before: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  set = generateLabelled(tuning, seed, transactions);
  organisationId = await writeLabelled(database.adminUrl, set);
  before = await booksAsText();
  await runMatching(app, organisationId);
}, 60_000);

afterAll(async () => {
  await admin.end();
  await app.close();
  await database.drop();
});

test("a run over a year's books puts on both sides what its live payments say, and nothing over", async () => {
  const unsound = await rowsOf(`
    SELECT 'transaction' AS side, t.id FROM bank_transaction t
    LEFT JOIN LATERAL (SELECT coalesce(sum(p.transaction_minor), 0) AS used FROM payment p
      WHERE p.transaction_id = t.id AND p.voided_at IS NULL) p ON true
    WHERE t.allocated_minor <> p.used OR t.allocated_minor > abs(t.amount_minor)
    UNION ALL
    SELECT 'item', i.id FROM open_item i
    LEFT JOIN LATERAL (SELECT coalesce(sum(p.amount_minor), 0) AS settled FROM payment p
      WHERE p.open_item_id = i.id AND p.voided_at IS NULL) p ON true
    WHERE i.allocated_minor <> p.settled OR i.allocated_minor > i.amount_minor`);
  expect(unsound).toEqual([]);
});

test("it matches most of what can be told, and demands only from their block's account", async () => {
  const [{ matched } = { matched: 0 }] = await rowsOf<{ matched: number }>(
    "SELECT count(DISTINCT transaction_id)::int AS matched FROM payment",
  );
  const decidable = [...set.truth.values()].filter((one) => one.decidable && one.amounts.size > 0);
  expect(matched).toBeGreaterThan(decidable.length * 0.65);
  const abroad = await rowsOf(`
    SELECT p.id FROM payment p
    JOIN open_item i ON i.id = p.open_item_id
    JOIN bank_transaction t ON t.id = p.transaction_id
    JOIN financial_account a ON a.id = t.account_id
    WHERE i.block_id IS NOT NULL AND a.block_id IS DISTINCT FROM i.block_id`);
  expect(abroad).toEqual([]);
});

test("the log has an entry for each line of each match", async () => {
  const unlogged = await rowsOf(`
    SELECT DISTINCT p.match_id, p.transaction_id FROM payment p
    WHERE NOT EXISTS (SELECT FROM audit_entry e WHERE e.subject_id = p.transaction_id
      AND e.action = 'match.proposed' AND e.detail->>'matchId' = p.match_id::text)`);
  expect(unlogged).toEqual([]);
  const [counts] = await rowsOf<{ matched: number; entries: number }>(`
    SELECT (SELECT count(*)::int FROM (SELECT DISTINCT match_id, transaction_id FROM payment) p) AS matched,
      (SELECT count(*)::int FROM audit_entry WHERE action = 'match.proposed') AS entries`);
  expect(counts?.entries).toBe(counts?.matched);
});

test("running it again decides only what its own decisions have cleared up, and then nothing", async () => {
  // A number that was mistyped into another document's is told from it once that document is settled.
  const again = await runMatching(app, organisationId);
  expect(again.overtaken).toBe(0);
  expect(again.matched).toBeLessThan(transactions / 100);
  expect(await runMatching(app, organisationId)).toMatchObject({ matched: 0, overtaken: 0 });
});

test("taking the run back restores the books as they were", async () => {
  expect(await booksAsText()).not.toBe(before);
  const runs = await rowsOf<{ id: string }>(
    "SELECT id FROM matching_run WHERE matched > 0 OR transfers > 0 OR ruled > 0",
  );
  for (const { id } of runs) {
    await undoDecisions(app, viewer(), {
      ...{ scope: "run", id, reason: "Tried out", maySuggestAgain: true },
    });
  }
  expect(await booksAsText()).toBe(before);
});

/** Everything that a decision may change, but the moment of the last change. */
async function booksAsText(): Promise<string> {
  const sides = await Promise.all(
    ["bank_transaction", "open_item"].map((table) =>
      rowsOf<{ row: string }>(
        `SELECT (to_jsonb(r) - 'updated_at')::text AS row FROM ${table} r ORDER BY id`,
      ),
    ),
  );
  return sides.flatMap((rows) => rows.map(({ row }) => row)).join("\n");
}

async function rowsOf<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  return (await admin.query<Row>(sql)).rows;
}

function viewer(): Viewer {
  return {
    actor: { kind: "person", id: set.seed.toString(), name: "Olive Owner" },
    organisationId,
    permissions: permissionsOfRole.owner,
    sessionId: null,
  };
}
