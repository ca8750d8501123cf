import { beforeEach, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { openFeed } from "../../../server/src/features/accounting/open-feed.ts";
import { readFeeds } from "../../../server/src/features/accounting/read-feeds.ts";
import { refreshAccountingConnection } from "../../../server/src/features/accounting/refresh-accounting-connection.ts";
import { PlatformFailure } from "../../../server/src/platforms/platform.ts";
import { runJobs } from "../../support/queue.ts";
import { addAccount, addConnection, viewerIn } from "../../support/world.ts";
import { pushBooks } from "./pushing.ts";
import { addLines, feedBooks, linkBooks, operationsOf } from "./setup.ts";
import { type AccountingWorld, accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds();
let world: AccountingWorld;
const minute = 60_000;

beforeEach(async () => {
  world = await worlds.begin();
});

test("a push that found no access goes by itself once access is granted again", async () => {
  const { app, platform } = world;
  const books = await feedBooks(app, platform);
  await addLines(app, books, 3);
  platform.faults.push({ kind: "unauthorised" });
  await pushBooks(app, books);
  app.advance(30 * minute);
  // Its retry comes while there is no access, and finds nothing to do.
  await runJobs(app, { due: true });
  expect(platform.arrived).toEqual([]);
  await refreshAccountingConnection(app, viewerIn(books.organisation), books.connectionId);
  await runJobs(app);
  expect(platform.arrived).toHaveLength(3);
  expect((await operationsOf(app, books)).at(-1)).toMatchObject({
    trigger: "retry",
    createdBy: "Tess",
  });
});

test("what was reconciled before its feed was connected goes as soon as it is", async () => {
  const { app, platform } = world;
  platform.feedStatus = "connecting";
  const reconciled = { pushMode: "reconciled" as const };
  const { organisation, connectionId, feed, accountId } = await feedBooks(
    app,
    platform,
    reconciled,
  );
  await addLines(app, { organisation, accountId }, 2);
  await asOrganisation(app.database, organisation.id, (tx) =>
    tx.query(
      "UPDATE bank_transaction SET excluded_at = now(), exclusion_reason = 'other' WHERE account_id = $1",
      [accountId],
    ),
  );
  const [state] = platform.feeds;
  platform.feeds.splice(0, 1, { ...state, status: "connected" } as typeof state & object);
  await refreshAccountingConnection(app, viewerIn(organisation), connectionId);
  await runJobs(app);
  expect(feed.status).toBe("connecting");
  expect(platform.arrived).toHaveLength(2);
});

test("a feed that comes back is pushed on its schedule again", async () => {
  const { app, platform } = world;
  const books = await feedBooks(app, platform, { pushMode: "scheduled", pushEveryHours: 6 });
  const viewer = viewerIn(books.organisation);
  const seen = async () => (await readFeeds(app, viewer, [books.feed.id])).get(books.feed.id);
  const [state] = platform.feeds.splice(0, 1);
  await refreshAccountingConnection(app, viewer, books.connectionId);
  expect(await seen()).toMatchObject({ status: "disconnected", nextPushAt: null });
  if (state) platform.feeds.push(state);
  await refreshAccountingConnection(app, viewer, books.connectionId);
  expect(await seen()).toMatchObject({ status: "connected", nextPushAt: app.now() });
});

test("no feed is opened into books that were disconnected meanwhile", async () => {
  const { app, platform } = world;
  const books = await feedBooks(app, platform);
  const { organisation } = books;
  const connectionId = await linkBooks(app, platform, organisation);
  const bankId = await addConnection(app, organisation.id);
  const accountId = await addAccount(app, organisation.id, bankId);
  const { listTargets } = platform;
  platform.listTargets = async (link) => {
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.query("UPDATE accounting_connection SET status = 'disconnected' WHERE id = $1", [
        connectionId,
      ]),
    );
    return listTargets(link);
  };
  const opening = openFeed(app, viewerIn(organisation), {
    ...{ connectionId, accountId, feedStartOn: localDate("2026-08-01") },
    target: { kind: "existing", externalId: "target-1" },
    ...{ pushMode: "manual" as const, pushEveryHours: null },
  });
  await expect(opening).rejects.toMatchObject({ code: "CONFLICT" });
});

test("a feed that the platform does not take keeps no other from being seen", async () => {
  const { app, platform } = world;
  platform.feedStatus = "connecting";
  const books = await feedBooks(app, platform);
  const { organisation, connectionId } = books;
  const bankId = await addConnection(app, organisation.id);
  const accountId = await addAccount(app, organisation.id, bankId);
  const opening = {
    ...{ connectionId, accountId, feedStartOn: localDate("2026-08-01") },
    target: { kind: "existing" as const, externalId: "target-1" },
    ...{ pushMode: "manual" as const, pushEveryHours: null },
  };
  const viewer = viewerIn(organisation);
  const { openFeed: take } = platform;
  const failing = (kind: "temporary" | "rejected") => async () => {
    throw new PlatformFailure({ kind, message: "That account is taken.", detail: "test" });
  };
  platform.openFeed = failing("temporary");
  await expect(openFeed(app, viewer, opening)).rejects.toBeInstanceOf(PlatformFailure);
  platform.openFeed = failing("rejected");
  const [state] = platform.feeds;
  if (state) platform.feeds.splice(0, 1, { ...state, status: "connected" });
  await refreshAccountingConnection(app, viewer, connectionId);
  platform.openFeed = take;
  const feeds = await asOrganisation(app.database, organisation.id, (tx) =>
    tx.query("SELECT status, status_reason AS reason FROM feed_account ORDER BY created_at, id"),
  );
  expect(feeds).toEqual([
    { status: "connected", reason: null },
    { status: "disconnected", reason: "That account is taken." },
  ]);
});
