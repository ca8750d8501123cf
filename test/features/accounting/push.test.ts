import { beforeEach, describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { listFeedLines } from "../../../server/src/features/accounting/lines/list-feed-lines.ts";
import { openFeed } from "../../../server/src/features/accounting/open-feed.ts";
import { previewPush } from "../../../server/src/features/accounting/preview-push.ts";
import { pushFeed } from "../../../server/src/features/accounting/push/push-feed.ts";
import { readFeeds } from "../../../server/src/features/accounting/read-feeds.ts";
import { Conflict } from "../../../server/src/features/errors.ts";
import type { FakePlatform } from "../../support/fake-platform.ts";
import { runJobs, waitingJobs } from "../../support/queue.ts";
import {
  addAccount,
  addConnection,
  addTransactions,
  type TestApp,
  viewerIn,
} from "../../support/world.ts";
import { arrivedIds, followUntilSettled, pushBooks } from "./pushing.ts";
import { addLines, type FedBooks, feedBooks, operationsOf, statesOf } from "./setup.ts";
import { accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds();
let app: TestApp;
let platform: FakePlatform;
let books: FedBooks;

beforeEach(async () => {
  ({ app, platform } = await worlds.begin());
  books = await feedBooks(app, platform);
});

const push = () => pushBooks(app, books);

describe("a push", () => {
  test("sends what is due in order, once each, with the balance behind each line", async () => {
    const ids = await addLines(app, books, 250);
    await push();
    expect(arrivedIds(platform)).toHaveLength(250);
    expect(new Set(arrivedIds(platform))).toEqual(new Set(ids));
    const days = platform.arrived.map(({ bookedOn }) => bookedOn);
    expect(days).toEqual([...days].sort());
    expect(platform.arrived.at(-1)?.balanceMinor).toBe(1_000_00n);
    const operations = await operationsOf(app, books);
    expect(operations.map(({ status, lines, number }) => [number, status, lines])).toEqual([
      [1, "success", 100],
      [2, "success", 100],
      [3, "success", 50],
    ]);
    expect(await statesOf(app, books)).toEqual({ pushed: 250 });
    const feed = (await readFeeds(app, viewerIn(books.organisation), [books.feed.id])).get(
      books.feed.id,
    );
    expect(feed?.lastPushedOn).toBe(days.at(-1));
    await push();
    expect(arrivedIds(platform)).toHaveLength(250);
    expect(await operationsOf(app, books)).toHaveLength(3);
  });

  test("was never pushed in the future, however far ahead the package's clock is", async () => {
    const { fetchPush } = platform;
    platform.fetchPush = async (...asked) => {
      const state = await fetchPush.apply(platform, asked);
      return state && { ...state, completedAt: new Date(app.now().getTime() + 86_400_000) };
    };
    await addLines(app, books, 1);
    await push();
    expect((await operationsOf(app, books)).map(({ status }) => status)).toEqual(["success"]);
    const feed = (await readFeeds(app, viewerIn(books.organisation), [books.feed.id])).get(
      books.feed.id,
    );
    expect(feed?.lastPushedAt?.getTime()).toBeLessThanOrEqual(app.now().getTime());
  });

  test("leaves alone what is pending, from the future or before the feed's start, and says so before", async () => {
    await addTransactions(app, books.organisation.id, books.accountId, [
      { bookedOn: localDate("2026-07-31") },
      { bookedOn: localDate("2026-11-19"), pending: true },
      { bookedOn: localDate("2026-11-21") },
      { bookedOn: localDate("2026-11-19"), amountMinor: -250n, description: "Coffee" },
    ]);
    const preview = await previewPush(app, viewerIn(books.organisation), books.feed.id);
    expect(preview).toMatchObject({ lines: 1, totalMinor: -250n, batches: 1, obstacle: null });
    expect(preview.held.map(({ reason, lines }) => [reason, lines])).toEqual([
      ["pending", 1],
      ["before_feed_start", 1],
      ["in_the_future", 1],
    ]);
    expect(preview.sample.map(({ description }) => description)).toEqual(["Coffee"]);
    await push();
    expect(platform.arrived.map(({ description }) => description)).toEqual(["Coffee"]);
  });

  test("by hand is refused while a batch is under way, and queued otherwise", async () => {
    await addLines(app, books, 3);
    platform.faults.push({ kind: "taken", looks: 99 });
    await pushFeed(app, viewerIn(books.organisation), books.feed.id);
    expect((await waitingJobs(app)).map(({ name }) => name)).toContain("pushFeed");
    await push();
    await expect(pushFeed(app, viewerIn(books.organisation), books.feed.id)).rejects.toBeInstanceOf(
      Conflict,
    );
    await push();
    expect(await operationsOf(app, books)).toHaveLength(1);
  });

  test("goes through the queue from one end to the other", async () => {
    await addLines(app, books, 5);
    await pushFeed(app, viewerIn(books.organisation), books.feed.id);
    expect(await runJobs(app, { due: true })).toEqual([]);
    expect(arrivedIds(platform)).toHaveLength(5);
    expect(await statesOf(app, books)).toEqual({ confirmed: 5 });
  });

  test("plans anew where the bank changes a line between the plan and the batch", async () => {
    const ids = await addLines(app, books, 150);
    platform.push = sabotage(platform.push, async () => {
      await asOrganisation(app.database, books.organisation.id, (tx) =>
        tx.query("UPDATE bank_transaction SET removed_at = now() WHERE id = $1", [ids.at(-1)]),
      );
    });
    await push();
    expect(arrivedIds(platform)).toHaveLength(149);
    expect(arrivedIds(platform)).not.toContain(ids.at(-1));
  });
});

test("two workers at once send one batch", async () => {
  await addLines(app, books, 170);
  await Promise.all([push(), push(), push()]);
  await push();
  await followUntilSettled(app, books);
  await push();
  expect(arrivedIds(platform)).toHaveLength(170);
  expect(await statesOf(app, books)).toEqual({ pushed: 170 });
});

test("a second feed of the books waits while nobody knows what became of a batch of the first", async () => {
  const { organisation, connectionId } = books;
  const bankId = await addConnection(app, organisation.id);
  const accountId = await addAccount(app, organisation.id, bankId);
  const feed = await openFeed(app, viewerIn(organisation), {
    ...{ connectionId, accountId, feedStartOn: localDate("2026-08-01") },
    target: { kind: "new", name: "Savings" },
    ...{ pushMode: "manual" as const, pushEveryHours: null },
  });
  await addLines(app, books, 4);
  await addLines(app, { organisation, accountId }, 3);
  platform.faults.push({ kind: "lost", taken: false });
  await push();
  await pushBooks(app, { organisation, feed });
  expect(await statesOf(app, { organisation, feed })).toEqual({});
  expect((await waitingJobs(app)).map(({ key }) => key)).toContain(`push:manual:${feed.id}`);
  await followUntilSettled(app, books);
  await pushBooks(app, { organisation, feed });
  expect(await statesOf(app, { organisation, feed })).toEqual({ pushed: 3 });
  expect(arrivedIds(platform)).toHaveLength(7);
});

test("nobody else's feed can be pushed, previewed or changed", async () => {
  const others = await feedBooks(app, platform);
  await addLines(app, others, 2);
  const viewer = viewerIn(books.organisation);
  await expect(pushFeed(app, viewer, others.feed.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(previewPush(app, viewer, others.feed.id)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await pushBooks(app, books, { feedId: others.feed.id });
  expect(platform.arrived).toHaveLength(0);
  expect(
    (await listFeedLines(app, viewer, { page: {}, filter: { feedId: others.feed.id } })).rows,
  ).toEqual([]);
});

test("only who may manage accounting pushes", async () => {
  await expect(
    pushFeed(app, viewerIn(books.organisation, "viewer"), books.feed.id),
  ).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

/** Does something the first time before the call goes on. */
function sabotage<Arguments extends unknown[], Result>(
  call: (...args: Arguments) => Promise<Result>,
  first: () => Promise<void>,
): (...args: Arguments) => Promise<Result> {
  let done = false;
  return async (...args) => {
    if (!done) await first();
    done = true;
    return call(...args);
  };
}
