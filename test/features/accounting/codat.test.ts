/** Accounting over HTTP: the operations, the Codat adapter and the sandbox's Codat with its books. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { checkFeed } from "../../../server/src/features/accounting/checks/check-feed.ts";
import { performCheck } from "../../../server/src/features/accounting/checks/perform-check.ts";
import { completeAccountingConnection } from "../../../server/src/features/accounting/complete-accounting-connection.ts";
import type { Feed } from "../../../server/src/features/accounting/feed.ts";
import {
  leaveOutFeedLine,
  putBackFeedLine,
} from "../../../server/src/features/accounting/lines/leave-out-feed-line.ts";
import { reviseFeedLine } from "../../../server/src/features/accounting/lines/revise-feed-line.ts";
import { listTargets } from "../../../server/src/features/accounting/list-targets.ts";
import { openFeed } from "../../../server/src/features/accounting/open-feed.ts";
import { followPush } from "../../../server/src/features/accounting/push/follow-push.ts";
import { performPush } from "../../../server/src/features/accounting/push/perform-push.ts";
import { readFeeds, readLastChecks } from "../../../server/src/features/accounting/read-feeds.ts";
import { refreshAccountingConnection } from "../../../server/src/features/accounting/refresh-accounting-connection.ts";
import { startAccountingConnection } from "../../../server/src/features/accounting/start-accounting-connection.ts";
import { createCodatPlatform } from "../../../server/src/platforms/codat/platform.ts";
import { today } from "../../sandbox/bank.ts";
import { openCodat } from "../../sandbox/codat-client.ts";
import { allowBooks } from "../../support/codat-link.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";
import { addLines, operationsOf, statesOf } from "./setup.ts";

let database: TestDatabase;
const open: TestApp[] = [];
const firstDay = addDays(localDate(today), -89);

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

afterAll(() => database.drop());

/** A company that is linked, in Xero unless another package is named, with a bank account in pounds. */
async function harbour(name = "xero") {
  const codat = await openCodat();
  const platform = createCodatPlatform({
    ...{ apiKey: "sandbox-codat-key", baseUrl: `${codat.bank.url}/codat`, webhookSecrets: [] },
    environment: "simulated",
  });
  const now = new Date(`${today}T12:00:00Z`);
  const app = await createTestApp(database.serverUrl, { platforms: [platform], now });
  open.push(app);
  const organisation = await addOrganisation(app);
  const viewer = viewerIn(organisation);
  const { connection, linkUrl } = await startAccountingConnection(app, viewer, {
    ...{ platform: "codat", package: name, companyName: "Harbour & Vale Ltd" },
  });
  const back = await allowBooks(linkUrl ?? "");
  const query = new URL(back ?? "").search;
  let linked = await completeAccountingConnection(app, viewer, query);
  if (name !== "xero") {
    // Two pages: the books, then where the feeds go.
    const next = new URL((await allowBooks(linked.linkUrl ?? "")) ?? "").search;
    linked = await completeAccountingConnection(app, viewer, next);
  }
  expect(linked).toMatchObject({ status: "linked", linkUrl: null });
  const bankId = await addConnection(app, organisation.id);
  const account = () =>
    addAccount(app, organisation.id, bankId, { balanceCurrentMinor: 5_000_00n });
  const into = async (
    target: { kind: "new"; name: string } | { kind: "existing"; externalId: string },
  ) => {
    const accountId = await account();
    const { id } = await openFeed(app, viewer, {
      ...{ connectionId: connection.id, accountId, target, feedStartOn: firstDay },
      ...{ pushMode: "manual" as const, pushEveryHours: null },
    });
    await codat.bank.idle();
    await refreshAccountingConnection(app, viewer, connection.id);
    const feed = (await readFeeds(app, viewer, [id])).get(id);
    expect(feed).toMatchObject({ status: "connected" });
    if (!feed) throw new Error("a feed that was opened is there");
    return { organisation, accountId, feed };
  };
  return { codat, app, organisation, viewer, connectionId: connection.id, account, into };
}

/** Pushes and follows until everything has gone or nothing moves any more. */
async function pushAll(
  app: TestApp,
  idle: () => Promise<void>,
  { organisation, feed }: { organisation: WorldOrganisation; feed: Feed },
): Promise<void> {
  const { id: organisationId } = organisation;
  const before = await operationsOf(app, { organisation, feed });
  for (let round = 0; round < 150; round++) {
    const last = (await operationsOf(app, { organisation, feed })).at(-1);
    // What was refused waits for a person.
    if (last && last.number > before.length && last.errors > 0) return;
    const underWay = last && ["sending", "pending", "timed_out"].includes(last.status);
    const job = { organisationId, feedId: feed.id, trigger: "manual" as const, by: "Tess" };
    if (underWay) await followPush(app, { organisationId, operationId: last.id });
    else await performPush(app, job, { looksMs: [20, 20, 40] });
    await idle();
    app.advance(65_000);
    const states = Object.keys(await statesOf(app, { organisation, feed }));
    if (states.every((state) => ["pushed", "confirmed", "rejected"].includes(state))) return;
  }
}

test("two accounts are fed, one new and one that is there; a refused batch is mended; what arrived agrees", async () => {
  const { codat, app, viewer, organisation, connectionId, into } = await harbour();
  const targets = await listTargets(app, viewer, connectionId);
  const existing = targets.find(({ currency }) => currency === "GBP");
  const first = await into({ kind: "new", name: "Operating account" });
  const second = await into({ kind: "existing", externalId: existing?.externalId ?? "" });
  const ids = await addLines(app, first, 1_400, firstDay);
  await addLines(app, second, 30, firstDay);
  const [odd = "", left = ""] = [ids[3], ids[14]];
  await codat.say("faults", { name: "lines_refused", words: "Line 3", count: 1 });
  await pushAll(app, codat.bank.idle, first);
  const [refused] = await operationsOf(app, first);
  expect(refused).toMatchObject({ status: "failed", retryable: false });
  const { rejected = 0, released = 0 } = await statesOf(app, first);
  expect(rejected).toBeGreaterThan(0);
  expect(rejected + released).toBe(1_000);
  const words = { description: "Mended", counterpartyName: null, reference: null };
  await reviseFeedLine(app, viewer, { feedId: first.feed.id, transactionId: odd }, words);
  await leaveOutFeedLine(app, viewer, { feedId: first.feed.id, transactionId: left }, "Not ours");
  await putBackFeedLine(app, viewer, { feedId: first.feed.id, transactionId: left });
  await pushAll(app, codat.bank.idle, first);
  await pushAll(app, codat.bank.idle, second);
  for (const { feed, count } of [
    { feed: first.feed, count: 1_400 },
    { feed: second.feed, count: 30 },
  ]) {
    await checkFeed(app, viewer, feed.id);
    await performCheck(app, { organisationId: organisation.id, feedId: feed.id });
    expect(await statesOf(app, { organisation, feed })).toEqual({ confirmed: count });
    const check = (await readLastChecks(app, viewer, [feed.id])).get(feed.id);
    expect(check).toMatchObject({
      pushed: count,
      missing: 0,
      changed: 0,
      unexpected: 0,
      agrees: true,
    });
    expect(check?.arrivedMinor).toBe(check?.pushedMinor);
  }
});

test.each([
  ["quickbooks_online", addDays(localDate(today), -6)],
  // Whatever is asked for, a feed of Sage's starts when it is connected there.
  ["sage", localDate(today)],
])(
  "an account is fed that is chosen on the pages of %s, and what arrived agrees",
  async (name, startsOn) => {
    const { codat, app, viewer, organisation, connectionId, account } = await harbour(name);
    const accountId = await account();
    const { id } = await openFeed(app, viewer, {
      ...{ connectionId, accountId, target: null, feedStartOn: addDays(localDate(today), -6) },
      ...{ pushMode: "manual" as const, pushEveryHours: null },
    });
    const waiting = await refreshAccountingConnection(app, viewer, connectionId);
    const [feed] = (await readFeeds(app, viewer, [id])).values();
    expect(feed).toMatchObject({ status: "pending", targetExternalId: null });
    await allowBooks(waiting.linkUrl ?? "", { targets: { [feed?.externalId ?? ""]: "new" } });
    await codat.bank.idle();
    await codat.say("sync", { company_id: (await codat.read("state")).companies[0].company_id });
    await refreshAccountingConnection(app, viewer, connectionId);
    const connected = (await readFeeds(app, viewer, [id])).get(id);
    expect(connected).toMatchObject({ status: "connected", targetExternalId: expect.any(String) });
    expect(connected?.feedStartOn).toBe(startsOn);
    if (!connected) throw new Error("a feed that was opened is there");
    const books = { organisation, accountId, feed: connected };
    await addLines(app, books, 40, startsOn);
    await pushAll(app, codat.bank.idle, books);
    await codat.say("sync", { company_id: (await codat.read("state")).companies[0].company_id });
    await codat.bank.idle();
    await performCheck(app, { organisationId: organisation.id, feedId: id });
    expect(await statesOf(app, books)).toEqual({ confirmed: 40 });
    expect((await readLastChecks(app, viewer, [id])).get(id)).toMatchObject({ agrees: true });
  },
);

const seeds = (process.env.ACCOUNTING_SEED ?? "2,3").split(",");

test.each(seeds)(
  "under failures of seed %s every line arrives once",
  async (seed) => {
    const { codat, app, organisation, into } = await harbour();
    const books = await into({ kind: "new", name: "Operating account" });
    const ids = await addLines(app, books, 2_300, firstDay);
    const rates = {
      ...{ rate_limit: 0.06, internal_error: 0.08, unavailable: 0.05 },
      ...{ cut_before: 0.08, cut_after: 0.1, push_fails: 0.04 },
      ...{ push_timed_out: 0.06, push_written_later: 0.06 },
    };
    await codat.say("plan", { seed, rates, calls: null, retry_after: 1 });
    await codat.say("modes", { strict_ids: false, idempotency: false });
    await pushAll(app, codat.bank.idle, books);
    await codat.say("faults/clear");
    expect(await statesOf(app, books)).toEqual({ pushed: 2_300 });
    const state = await codat.read("state");
    const query = new URLSearchParams({
      ...{ books: state.books[0].books, account: books.feed.targetExternalId ?? "" },
    });
    const lines: { pushed_as: string | null }[] = await codat.read(`lines?${query}`);
    expect(lines.map((line) => line.pushed_as).sort()).toEqual([...ids].sort());
    await performCheck(app, { organisationId: organisation.id, feedId: books.feed.id });
    expect(await statesOf(app, books)).toEqual({ confirmed: 2_300 });
  },
  120_000,
);
