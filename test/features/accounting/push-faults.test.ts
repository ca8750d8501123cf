/** What a platform and the network do to a batch: whatever it is, nothing is there twice and nothing is lost. */
import { beforeEach, describe, expect, test } from "vitest";
import { followPush } from "../../../server/src/features/accounting/push/follow-push.ts";
import { retryPush } from "../../../server/src/features/accounting/push/retry-push.ts";
import { type FakePlatform, Killed } from "../../support/fake-platform.ts";
import { waitingJobs } from "../../support/queue.ts";
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

const push = () => pushBooks(app, books);
const minute = 60_000;

describe("an answer that does not come", () => {
  test("is looked up: a batch that was taken is not sent again", async () => {
    await addLines(app, books, 20);
    platform.faults.push({ kind: "lost", taken: true });
    await push();
    expect((await operationsOf(app, books))[0]?.status).toBe("sending");
    await followUntilSettled(app, books);
    expect(arrivedIds(platform)).toHaveLength(20);
    expect(platform.calls.filter((call) => call === "push")).toHaveLength(1);
    expect(await statesOf(app, books)).toEqual({ pushed: 20 });
  });

  test("is looked up: a batch that was not taken goes out again, when nothing can come any more", async () => {
    await addLines(app, books, 20);
    platform.faults.push({ kind: "lost", taken: false });
    await push();
    app.advance(10_000);
    const [operation] = await operationsOf(app, books);
    await followPush(app, {
      organisationId: books.organisation.id,
      operationId: operation?.id ?? "",
    });
    expect(platform.calls.filter((call) => call === "push")).toHaveLength(1);
    await followUntilSettled(app, books);
    expect(arrivedIds(platform)).toHaveLength(20);
    expect(platform.calls.filter((call) => call === "push")).toHaveLength(2);
    expect(new Set(platform.pushes.map(({ reference }) => reference))).toEqual(
      new Set([operation?.id]),
    );
  });

  test("is looked up where the platform does not tell which lines a push had", async () => {
    const { app: other, platform: silent } = await worlds.beside({
      name: "silent",
      tellsLineIds: false,
      keepsLineIds: false,
    });
    const fed = await feedBooks(other, silent);
    await addLines(other, fed, 120);
    silent.faults.push({ kind: "taken" }, { kind: "lost", taken: true });
    for (let round = 0; round < 3; round++) await pushBooks(other, fed);
    expect(silent.arrived).toHaveLength(120);
    expect(await statesOf(other, fed)).toEqual({ pushed: 120 });
    await other.close();
  });
});

describe("a process that is killed", () => {
  test.each([true, false])(
    "between the request and its answer (taken: %s) sends nothing twice",
    async (taken) => {
      await addLines(app, books, 110);
      platform.faults.push({ kind: "crash", taken });
      await expect(push()).rejects.toBeInstanceOf(Killed);
      expect((await operationsOf(app, books))[0]?.status).toBe("sending");
      expect(await statesOf(app, books)).toEqual({ under_way: 100 });
      await push();
      await followUntilSettled(app, books);
      expect(arrivedIds(platform)).toHaveLength(110);
      expect(await statesOf(app, books)).toEqual({ pushed: 110 });
    },
  );

  test("and wakes up again after another attempt has taken over writes nothing", async () => {
    await addLines(app, books, 10);
    let wake: () => void = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const original = platform.push;
    platform.push = async (link, batch) => {
      const answer = await original(link, batch);
      await asleep;
      return answer;
    };
    const first = push();
    await expect.poll(() => platform.pushes.length).toBe(1);
    platform.push = original;
    await push();
    await push();
    expect((await operationsOf(app, books))[0]?.status).toBe("success");
    wake();
    await first;
    expect(await statesOf(app, books)).toEqual({ pushed: 10 });
    expect(arrivedIds(platform)).toHaveLength(10);
  });
});

describe("a platform that is busy", () => {
  test("is left alone for as long as it asks, and then sent the same batch", async () => {
    await addLines(app, books, 4);
    const retryAt = new Date(app.now().getTime() + 30 * minute);
    platform.faults.push({ kind: "busy", retryAt });
    await push();
    const follow = (await waitingJobs(app)).find(({ name }) => name === "followPush");
    expect(follow?.runAt).toEqual(retryAt);
    app.advance(31 * minute);
    await followUntilSettled(app, books);
    expect(arrivedIds(platform)).toHaveLength(4);
    expect(await operationsOf(app, books)).toHaveLength(1);
  });

  test("for too long fails the batch, which stays to be seen and is pushed again by hand", async () => {
    await addLines(app, books, 4);
    platform.faults.push(...Array.from({ length: 6 }, () => ({ kind: "busy" as const })));
    await push();
    await followUntilSettled(app, books);
    const [operation] = await operationsOf(app, books);
    expect(operation).toMatchObject({
      status: "failed",
      retryable: true,
      problem: "The platform is busy.",
    });
    expect(await statesOf(app, books)).toEqual({ released: 4 });
    await retryPush(app, viewerIn(books.organisation), operation?.id ?? "");
    await pushBooks(app, books, {
      trigger: "retry",
      ...(operation && { retryOf: operation.id }),
    });
    expect(arrivedIds(platform)).toHaveLength(4);
    expect((await operationsOf(app, books))[1]).toMatchObject({
      trigger: "retry",
      retryOf: operation?.id,
    });
  });
});

describe("a batch that the platform gave up on", () => {
  test.each([
    ["all", { pushed: 6 }],
    ["none", { released: 6 }],
    ["first", { pushed: 1, released: 5 }],
  ] as const)(
    "having written %s of its lines is settled by what the books have",
    async (arrived, states) => {
      await addLines(app, books, 6);
      platform.faults.push({ kind: "timed_out", arrived });
      await push();
      await followUntilSettled(app, books);
      expect(await statesOf(app, books)).toEqual(states);
      await push();
      expect(arrivedIds(platform)).toHaveLength(6);
      expect(await statesOf(app, books)).toEqual({ pushed: 6 });
    },
  );

  test("waits for a person where the books cannot be read", async () => {
    const { app: other, platform: blind } = await worlds.beside({
      name: "blind",
      package: { readsBack: false },
    });
    const fed = await feedBooks(other, blind);
    await addLines(other, fed, 6);
    blind.faults.push({ kind: "timed_out", arrived: "none" });
    await pushBooks(other, fed);
    for (let round = 0; round < 4; round++) {
      other.advance(10 * minute);
      await pushBooks(other, fed);
    }
    const [operation] = await operationsOf(other, fed);
    expect(operation?.status).toBe("timed_out");
    expect(blind.arrived).toHaveLength(0);
    await retryPush(other, viewerIn(fed.organisation), operation?.id ?? "");
    await pushBooks(other, fed);
    expect(blind.arrived).toHaveLength(6);
    await other.close();
  });
});
