import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countHeld, planPush } from "../../../server/src/core/accounting/plan-push.ts";
import type { PushRules } from "../../../server/src/core/accounting/push-rules.ts";
import { addDays, type LocalDate } from "../../../server/src/core/dates.ts";
import { plainArray } from "../../../server/src/db/array-literals.ts";
import { asOrganisation, type TenantTransaction } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { type Feed, findFeed } from "../../../server/src/features/accounting/feed.ts";
import {
  type FeedLineState,
  feedLineStates,
} from "../../../server/src/features/accounting/lines/feed-line.ts";
import { foreseePush } from "../../../server/src/features/accounting/push/foresee-push.ts";
import { loadDueLines } from "../../../server/src/features/accounting/push/load-due-lines.sql.ts";
import { planDays } from "../../../server/src/features/accounting/push/plan-days.ts";
import {
  readFirstOpen,
  readUnsentDays,
  readUnsentPage,
  unworded,
} from "../../../server/src/features/accounting/push/unsent-lines.sql.ts";
import { days, rules, today } from "../../core/accounting/lines.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { createFakePlatform } from "../../support/fake-platform.ts";
import { createTestApp, type TestApp } from "../../support/world.ts";
import { type FedBooks, feedBooks } from "./setup.ts";

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

interface AnyLine {
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly pending: boolean;
  readonly reconciled: boolean;
  readonly removed: boolean;
  readonly state: FeedLineState | null;
  /** In a feed of the same account into the same books that has ended. */
  readonly stateBefore: FeedLineState | null;
}

const rarely = fc.nat(9).map((one) => one === 0);
const state = fc.option(fc.constantFrom(...feedLineStates));

const anyLines: fc.Arbitrary<AnyLine[]> = fc.array(
  fc.record({
    bookedOn: days,
    amountMinor: fc.bigInt({ min: -50_000n, max: 50_000n }),
    pending: rarely,
    reconciled: fc.boolean(),
    removed: rarely,
    state,
    stateBefore: fc.option(state, { freq: 2 }),
  }),
  { maxLength: 40 },
);

const anyFeed = fc.record({
  pushMode: fc.constantFrom("manual" as const, "reconciled" as const),
  feedStartOn: fc.integer({ min: -21, max: -10 }).map((offset) => addDays(today, offset)),
  lastPushedOn: fc.option(days),
  balanceMinor: fc.option(fc.bigInt({ min: -90_000n, max: 90_000n }), { freq: 6 }),
});

test("what is counted, shown and sent of a feed is what a plan of all its account's lines says", async () => {
  await fc.assert(
    fc.asyncProperty(anyLines, anyFeed, rules, async (lines, settings, ofPackage) => {
      const books = await feedBooks(app, platform);
      const { organisation } = books;
      await asOrganisation(app.database, organisation.id, async (tx) => {
        const feed = await setUp(tx, books, settings);
        const ids = await write(tx, feed, lines);
        const expected = planOfAll(lines, ids, settings, ofPackage);
        await expectForeseen(tx, feed, ofPackage, expected);
        await expectPages(tx, feed, ofPackage, expected.batches.flat());
        for (const batchesMax of [2, 100]) {
          const due = await loadDueLines(tx, feed, ofPackage, today, batchesMax);
          expect(due.batches).toEqual(expected.batches.slice(0, batchesMax));
        }
        const stops = settings.pushMode === "reconciled" && ofPackage.refusesOlderThanLast;
        const open = stops && expected.held.find(({ reason }) => reason === "not_reconciled");
        const first = await readFirstOpen(tx, feed, ofPackage, today);
        expect(first?.id).toBe(open ? open.transactionId : undefined);
      });
    }),
    { seed: 20_261_121, numRuns: 60 },
  );
}, 120_000);

type Settings = typeof anyFeed extends fc.Arbitrary<infer Value> ? Value : never;

async function setUp(tx: TenantTransaction, books: FedBooks, of: Settings): Promise<Feed> {
  await tx.query("UPDATE financial_account SET balance_current_minor = $2 WHERE id = $1", [
    books.accountId,
    of.balanceMinor,
  ]);
  await tx.query(
    "UPDATE feed_account SET push_mode = $2, feed_start_on = $3, last_pushed_on = $4 WHERE id = $1",
    [books.feed.id, of.pushMode, of.feedStartOn, of.lastPushedOn],
  );
  const feed = await findFeed(tx, books.feed.id);
  if (feed === null) throw new Error("the feed is there");
  return feed;
}

/** Their ids, in the order given. */
async function write(
  tx: TenantTransaction,
  feed: Feed,
  lines: readonly AnyLine[],
): Promise<string[]> {
  const ids = lines.map(() => newId());
  const value = <Value>(of: (line: AnyLine) => Value) => lines.map(of);
  await tx.query(
    `INSERT INTO bank_transaction (organisation_id, id, account_id, external_id, booked_on, amount_minor, currency,
       description, pending, excluded_at, removed_at)
     SELECT $1, v.id, $2, v.id::text, v.day, v.amount, 'GBP', '', v.pending, CASE WHEN v.reconciled THEN now() END,
       CASE WHEN v.removed THEN now() END
     FROM unnest($3::uuid[], $4::date[], $5::bigint[], $6::boolean[], $7::boolean[], $8::boolean[])
       AS v (id, day, amount, pending, reconciled, removed)`,
    [
      ...[tx.organisationId, feed.accountId, plainArray(ids)],
      plainArray(value(({ bookedOn }) => bookedOn)),
      plainArray(value(({ amountMinor }) => amountMinor)),
      value(({ pending }) => pending),
      value(({ reconciled }) => reconciled),
      value(({ removed }) => removed),
    ],
  );
  await writeStates(
    tx,
    feed.id,
    ids,
    value((line) => line.state),
  );
  const [before] = await tx.query<{ id: string }>(
    `INSERT INTO feed_account (organisation_id, id, connection_id, account_id, external_id, target_external_id, currency,
       feed_start_on, status, created_by)
     SELECT organisation_id, $2, connection_id, account_id, 'before', target_external_id, currency, feed_start_on,
       'disconnected', 'Tess' FROM feed_account WHERE id = $1 RETURNING id`,
    [feed.id, newId()],
  );
  await writeStates(
    tx,
    before?.id ?? "",
    ids,
    value((line) => line.stateBefore),
  );
  return ids;
}

async function writeStates(
  tx: TenantTransaction,
  feedId: string,
  ids: readonly string[],
  states: readonly (FeedLineState | null)[],
): Promise<void> {
  const operationId = newId();
  await tx.query(
    `INSERT INTO push_operation (organisation_id, id, feed_account_id, number, trigger, status, lines, total_minor,
       first_on, last_on, created_by)
     VALUES ($1, $2, $3, 1, 'manual', 'success', 1, 0, $4, $4, 'Tess')`,
    [tx.organisationId, operationId, feedId, today],
  );
  // As sent: the bank may have moved it to another day since.
  await tx.query(
    `INSERT INTO feed_line (organisation_id, feed_account_id, transaction_id, state, operation_id, position, booked_on,
       amount_minor)
     SELECT $1, $2, v.id, v.state, $3, v.place, $4, 0
     FROM unnest($5::uuid[], $6::text[]) WITH ORDINALITY AS v (id, state, place) WHERE v.state IS NOT NULL`,
    [tx.organisationId, feedId, operationId, today, plainArray(ids), plainArray(states)],
  );
}

type Plan = ReturnType<typeof planPush>;

const goesAgain: ReadonlySet<FeedLineState | null> = new Set(["released", "rejected", null]);
const wentNotBefore: ReadonlySet<FeedLineState | null> = new Set([...goesAgain, "left_out"]);

function planOfAll(
  lines: readonly AnyLine[],
  ids: readonly string[],
  { pushMode, ...settings }: Settings,
  ofPackage: PushRules,
): Plan {
  const settled = new Set(
    ids.filter((_, at) => {
      const line = lines[at];
      return line && !(goesAgain.has(line.state) && wentNotBefore.has(line.stateBefore));
    }),
  );
  const standing = lines.flatMap(({ bookedOn, amountMinor, pending, reconciled, removed }, at) => {
    const transactionId = ids[at] ?? "";
    const line = { transactionId, bookedOn, amountMinor, pending, reconciled, ...unworded };
    return removed ? [] : [line];
  });
  return planPush({
    ...{ ...settings, lines: standing, settled, rules: ofPackage, today },
    reconciledOnly: pushMode === "reconciled",
  });
}

async function expectForeseen(
  tx: TenantTransaction,
  feed: Feed,
  ofPackage: PushRules,
  { batches, held }: Plan,
): Promise<void> {
  const lines = batches.flat();
  const totalMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const foreseen = await foreseePush(tx, feed, ofPackage, today);
  expect(foreseen).toEqual({
    ...{ lines: lines.length, totalMinor, batches: batches.length, held: countHeld(held) },
    ...{ firstOn: lines[0]?.bookedOn ?? null, lastOn: lines.at(-1)?.bookedOn ?? null },
    sample: lines.slice(0, Math.min(5, ofPackage.batchLinesMax)),
  });
  const { days: due } = await readUnsentDays(tx, feed, ofPackage, today, {
    ...{ scope: "due", first: 0 },
  });
  expect(planDays(due, await termsOf(tx, feed, ofPackage))).toMatchObject({
    ...{ lines: lines.length, totalMinor },
  });
}

async function termsOf(tx: TenantTransaction, feed: Feed, ofPackage: PushRules) {
  const [account] = await tx.query<{ balanceMinor: bigint | null }>(
    `SELECT balance_current_minor AS "balanceMinor" FROM financial_account WHERE id = $1`,
    [feed.accountId],
  );
  return {
    ...{ rules: ofPackage, today, feedStartOn: feed.feedStartOn, lastPushedOn: feed.lastPushedOn },
    ...{ reconciledOnly: feed.pushMode === "reconciled" },
    balanceMinor: account?.balanceMinor ?? null,
  };
}

async function expectPages(
  tx: TenantTransaction,
  feed: Feed,
  ofPackage: PushRules,
  lines: readonly { readonly transactionId: string }[],
): Promise<void> {
  const { balanceMinor } = await termsOf(tx, feed, ofPackage);
  if (ofPackage.needsBalance && balanceMinor === null) return;
  const found: string[] = [];
  let after: { day: string; id: string } | null = null;
  for (;;) {
    const page = await readUnsentPage(tx, feed, ofPackage, today, { after, count: 3 });
    found.push(...page.map(({ transactionId }) => transactionId));
    const last = page.at(-1);
    if (last === undefined) break;
    after = { day: last.bookedOn, id: last.transactionId };
  }
  expect(found).toEqual(lines.map(({ transactionId }) => transactionId));
}
