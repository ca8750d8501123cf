import { beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { careForAccounting } from "../../../server/src/features/accounting/care-for-accounting.ts";
import { changeFeed } from "../../../server/src/features/accounting/change-feed.ts";
import { checkFeed } from "../../../server/src/features/accounting/checks/check-feed.ts";
import { closeFeed } from "../../../server/src/features/accounting/close-feed.ts";
import { putBackFeedLine } from "../../../server/src/features/accounting/lines/leave-out-feed-line.ts";
import { listTargets } from "../../../server/src/features/accounting/list-targets.ts";
import { openFeed } from "../../../server/src/features/accounting/open-feed.ts";
import {
  readFeeds,
  readFeedsOfConnections,
  readLastChecks,
} from "../../../server/src/features/accounting/read-feeds.ts";
import { refreshAccountingConnection } from "../../../server/src/features/accounting/refresh-accounting-connection.ts";
import { excludeTransaction } from "../../../server/src/features/reconciliation/exclude-transaction.ts";
import type { FakePlatform } from "../../support/fake-platform.ts";
import { runJobs, waitingJobs } from "../../support/queue.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  type TestApp,
  viewerIn,
} from "../../support/world.ts";
import { addLines, feedBooks, linkBooks, operationsOf, statesOf } from "./setup.ts";
import { accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds();
let app: TestApp;
let platform: FakePlatform;
const hour = 60 * 60_000;

beforeEach(async () => {
  ({ app, platform } = await worlds.begin());
});

describe("a feed", () => {
  const linked = async () => {
    const organisation = await addOrganisation(app);
    const viewer = viewerIn(organisation);
    const connectionId = await linkBooks(app, platform, organisation);
    const bankId = await addConnection(app, organisation.id);
    const accountId = await addAccount(app, organisation.id, bankId);
    const input = {
      ...{ connectionId, accountId, feedStartOn: localDate("2026-08-01") },
      target: { kind: "existing" as const, externalId: "target-1" },
      ...{ pushMode: "manual" as const, pushEveryHours: null },
    };
    return { organisation, viewer, connectionId, bankId, accountId, input };
  };

  test("goes into an account of the books, which is then taken", async () => {
    const { viewer, organisation, bankId, connectionId, input } = await linked();
    const feed = await openFeed(app, viewer, input);
    expect(feed).toMatchObject({
      status: "connected",
      targetExternalId: "target-1",
      targetIsNew: false,
    });
    const targets = await listTargets(app, viewer, connectionId);
    expect(targets.map(({ externalId, fedBy }) => [externalId, fedBy?.id ?? null])).toEqual([
      ["target-1", feed.id],
      ["target-2", null],
    ]);
    await expect(openFeed(app, viewer, input)).rejects.toMatchObject({ code: "CONFLICT" });
    const other = await addAccount(app, organisation.id, bankId);
    await expect(openFeed(app, viewer, { ...input, accountId: other })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("is refused for an account in another currency, a start in the future or too long ago", async () => {
    const { viewer, input } = await linked();
    for (const change of [
      { target: { kind: "existing" as const, externalId: "target-2" } },
      { target: { kind: "existing" as const, externalId: "unheard-of" } },
      { target: null },
      { feedStartOn: localDate("2026-11-21") },
      { feedStartOn: localDate("2025-11-19") },
      { pushMode: "scheduled" as const },
    ]) {
      await expect(
        openFeed(app, viewer, { ...input, ...change }),
        JSON.stringify(change),
      ).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    const { accountId: foreign } = await linked();
    await expect(openFeed(app, viewer, { ...input, accountId: foreign })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect(platform.feeds).toEqual([]);
  });

  test("whose opening was lost on the way is opened by itself", async () => {
    const { viewer, connectionId, input } = await linked();
    const open = platform.openFeed;
    platform.openFeed = async () => {
      platform.openFeed = open;
      throw Object.assign(await failure(), {});
    };
    await expect(openFeed(app, viewer, input)).rejects.toMatchObject({ code: "PLATFORM_FAILURE" });
    await refreshAccountingConnection(app, viewer, connectionId);
    const feeds = (await readFeedsOfConnections(app, viewer, [connectionId])).get(connectionId);
    expect(feeds?.map(({ status }) => status)).toEqual(["connected"]);
    expect(platform.feeds).toHaveLength(1);
  });

  test("that was opened anew into the same account sends nothing that the one before it sent", async () => {
    const books = await linked();
    const { viewer, input, organisation, accountId } = books;
    const feed = await openFeed(app, viewer, input);
    await addLines(app, books, 4);
    await changeFeed(app, viewer, feed.id, { pushMode: "reconciled", pushEveryHours: null });
    await changeFeed(app, viewer, feed.id, { pushMode: "scheduled", pushEveryHours: 6 });
    await runJobs(app);
    expect(await statesOf(app, { organisation, feed })).toEqual({ confirmed: 4 });
    await closeFeed(app, viewer, feed.id);
    expect(platform.feeds).toEqual([]);
    const again = await openFeed(app, viewer, {
      ...input,
      pushMode: "scheduled",
      pushEveryHours: 1,
    });
    await addLines(app, { organisation, accountId }, 1, localDate("2026-10-30"));
    app.advance(2 * hour);
    await careForAccounting(app);
    await runJobs(app);
    expect(await statesOf(app, { organisation, feed: again })).toEqual({ confirmed: 1 });
    expect(platform.arrived).toHaveLength(5);
  });
});

describe("by itself", () => {
  test("a feed is pushed every so many hours, once by however many who look", async () => {
    const books = await feedBooks(app, platform, { pushMode: "scheduled", pushEveryHours: 3 });
    await addLines(app, books, 3);
    await careForAccounting(app);
    await runJobs(app);
    expect(platform.arrived).toHaveLength(0);
    app.advance(3 * hour);
    await Promise.all([careForAccounting(app), careForAccounting(app)]);
    await runJobs(app);
    expect(platform.arrived).toHaveLength(3);
    expect((await operationsOf(app, books)).map(({ trigger }) => trigger)).toEqual(["schedule"]);
    const feed = (await readFeeds(app, viewerIn(books.organisation), [books.feed.id])).get(
      books.feed.id,
    );
    expect(feed?.nextPushAt).toEqual(new Date(app.now().getTime() + 3 * hour));
  });

  test("a feed is pushed as soon as its lines are reconciled, and only those", async () => {
    const books = await feedBooks(app, platform, { pushMode: "reconciled" });
    const [first = "", second = ""] = await addLines(app, books, 3);
    const viewer = viewerIn(books.organisation);
    for (const id of [first, second])
      await excludeTransaction(app, viewer, { id, reason: "Own funds" });
    const pushes = (await waitingJobs(app)).filter(({ name }) => name === "pushFeed");
    expect(pushes, "one for both").toHaveLength(1);
    await runJobs(app);
    expect(new Set(platform.arrived.map(({ lineId }) => lineId))).toEqual(new Set([first, second]));
  });

  test("a batch whose job was lost is looked at again", async () => {
    const books = await feedBooks(app, platform, { pushMode: "scheduled", pushEveryHours: 3 });
    await addLines(app, books, 3);
    platform.faults.push({ kind: "lost", taken: true });
    app.advance(3 * hour);
    await careForAccounting(app);
    await runJobs(app);
    await app.database.pool.query("DELETE FROM graphile_worker._private_jobs");
    app.advance(10 * 60_000);
    await careForAccounting(app);
    await runJobs(app, { due: true });
    expect(await statesOf(app, books)).toEqual({ confirmed: 3 });
    expect(platform.arrived).toHaveLength(3);
  });
});

describe("what arrived", () => {
  test("is compared: confirmed, missing, changed, doubled, and changed at the bank since", async () => {
    const books = await feedBooks(app, platform);
    const ids = await addLines(app, books, 5);
    const viewer = viewerIn(books.organisation);
    await changeFeed(app, viewer, books.feed.id, { pushMode: "scheduled", pushEveryHours: 1 });
    app.advance(2 * hour);
    await careForAccounting(app);
    await runJobs(app);
    const [gone, altered, doubled] = platform.arrived;
    platform.arrived.splice(0, 3);
    if (altered) platform.arrived.push({ ...altered, amountMinor: altered.amountMinor + 100n });
    if (doubled) platform.arrived.push(doubled, { ...doubled, externalId: "again" });
    await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query("UPDATE bank_transaction SET removed_at = now() WHERE id = $1", [ids[4]]),
    );
    await checkFeed(app, viewer, books.feed.id);
    app.advance(1_000);
    await runJobs(app);
    const check = (await readLastChecks(app, viewer, [books.feed.id])).get(books.feed.id);
    expect(check).toMatchObject({
      ...{ pushed: 5, confirmed: 3, missing: 1, changed: 1, unexpected: 1, outdated: 1 },
      agrees: false,
    });
    expect(await statesOf(app, books)).toEqual({ confirmed: 3, missing: 1, changed: 1 });
    await putBackFeedLine(app, viewer, {
      feedId: books.feed.id,
      transactionId: gone?.lineId ?? "",
    });
    app.advance(2 * hour);
    await careForAccounting(app);
    await runJobs(app);
    expect(platform.arrived.filter(({ lineId }) => lineId === gone?.lineId)).toHaveLength(1);
  });
});

async function failure(): Promise<Error> {
  const { PlatformFailure } = await import("../../../server/src/platforms/platform.ts");
  const reason = { kind: "temporary", message: "No answer.", detail: "reset" } as const;
  return new PlatformFailure(reason, { outcomeUnknown: true });
}
