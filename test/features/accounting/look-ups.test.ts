/** Batches whose fate is not known, in books and at platforms that make it hard to find out. */
import { beforeEach, expect, test } from "vitest";
import { addDays } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { retryPush } from "../../../server/src/features/accounting/push/retry-push.ts";
import type { FakePlatform } from "../../support/fake-platform.ts";
import { type TestApp, viewerIn } from "../../support/world.ts";
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

test("a batch that was given up is not sent again where nobody knows which account it went to", async () => {
  await addLines(app, books, 6);
  await asOrganisation(app.database, books.organisation.id, (tx) =>
    tx.query("UPDATE feed_account SET target_external_id = NULL WHERE id = $1", [books.feed.id]),
  );
  platform.faults.push({ kind: "timed_out", arrived: "all" });
  await pushBooks(app, books);
  await followUntilSettled(app, books);
  const [operation] = await operationsOf(app, books);
  expect(operation?.status).toBe("timed_out");
  expect(arrivedIds(platform)).toHaveLength(6);
  // A person has looked there.
  await retryPush(app, viewerIn(books.organisation), operation?.id ?? "");
  expect(await statesOf(app, books)).toEqual({ released: 6 });
});

test("lines that the package has booked some days earlier are found", async () => {
  await addLines(app, books, 6);
  platform.faults.push({ kind: "timed_out", arrived: "all" });
  const { readLines } = platform;
  platform.readLines = async (link, request) => {
    const page = await readLines(link, { ...request, from: addDays(request.from, -90) });
    const lines = page.lines
      .map((line) => ({ ...line, lineId: null, bookedOn: addDays(line.bookedOn, -3) }))
      .filter(({ bookedOn }) => bookedOn >= request.from);
    return { ...page, lines };
  };
  await pushBooks(app, books);
  await followUntilSettled(app, books);
  expect(await statesOf(app, books)).toEqual({ pushed: 6 });
  await pushBooks(app, books);
  expect(arrivedIds(platform)).toHaveLength(6);
});

test("a push of before, of which nobody knows what it was, is not taken for a batch that was lost", async () => {
  const world = await worlds.beside({ tellsLineIds: false, keepsLineIds: false });
  const fed = await feedBooks(world.app, world.platform);
  const { pushes } = world.platform;
  const ids = await addLines(world.app, fed, 101);
  world.platform.faults.push({ kind: "taken" }, { kind: "lost", taken: false });
  await pushBooks(world.app, fed);
  const [first] = pushes;
  if (first === undefined) throw new Error("the first batch was taken");
  // It went out once more before, and that came late.
  const end = { ...first.end, externalKey: "nobody-knows" };
  const requestedAt = new Date(first.requestedAt.getTime() - 1_000);
  pushes.unshift({ ...first, requestedAt, state: end, end });
  await followUntilSettled(world.app, fed);
  expect(world.platform.arrived).toHaveLength(ids.length);
  expect(await statesOf(world.app, fed)).toEqual({ pushed: 101 });
  await world.app.close();
});

test("a lost batch is not sent as it was once the bank has taken one of its lines back", async () => {
  const ids = await addLines(app, books, 8);
  platform.faults.push({ kind: "lost", taken: false });
  await pushBooks(app, books);
  await asOrganisation(app.database, books.organisation.id, (tx) =>
    tx.query("UPDATE bank_transaction SET removed_at = now() WHERE id = $1", [ids[3]]),
  );
  await followUntilSettled(app, books);
  expect(await operationsOf(app, books)).toMatchObject([{ status: "failed", retryable: true }]);
  await pushBooks(app, books, { trigger: "retry" });
  expect(new Set(arrivedIds(platform))).toEqual(new Set(ids.filter((_, at) => at !== 3)));
});
