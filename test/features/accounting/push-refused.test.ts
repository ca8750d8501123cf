import { beforeEach, describe, expect, test } from "vitest";
import {
  leaveOutFeedLine,
  putBackFeedLine,
} from "../../../server/src/features/accounting/lines/leave-out-feed-line.ts";
import { listFeedLines } from "../../../server/src/features/accounting/lines/list-feed-lines.ts";
import { reviseFeedLine } from "../../../server/src/features/accounting/lines/revise-feed-line.ts";
import { Conflict } from "../../../server/src/features/errors.ts";
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

const push = () => pushBooks(app, books);

describe("a batch that the package refuses", () => {
  test("rejects the lines it names and releases the others; mended, all go", async () => {
    const ids = await addLines(app, books, 5);
    const [odd = "", wrong = ""] = ids;
    platform.faults.push({ kind: "rejected", lineIds: [odd, wrong] });
    await push();
    await followUntilSettled(app, books);
    expect(await statesOf(app, books)).toEqual({ rejected: 2, released: 3 });
    const viewer = viewerIn(books.organisation);
    const [operation] = await operationsOf(app, books);
    const lines = await listFeedLines(app, viewer, {
      page: {},
      filter: { operationId: operation?.id ?? "", onlyProblems: true },
    });
    expect(lines.rows.map(({ problems }) => problems[0]?.message)).toEqual([
      "The description is too odd.",
      "The description is too odd.",
    ]);
    await pushBooks(app, books, { trigger: "schedule" });
    expect(platform.arrived, "an automatic push waits for the person").toHaveLength(0);
    const words = { description: "Plain words", counterpartyName: null, reference: null };
    await reviseFeedLine(app, viewer, { feedId: books.feed.id, transactionId: odd }, words);
    await leaveOutFeedLine(
      app,
      viewer,
      { feedId: books.feed.id, transactionId: wrong },
      "Not ours",
    );
    await pushBooks(app, books, { trigger: "schedule" });
    expect(arrivedIds(platform)).toHaveLength(4);
    expect(platform.arrived.find(({ lineId }) => lineId === odd)?.description).toBe("Plain words");
    expect(await statesOf(app, books)).toEqual({ pushed: 4, left_out: 1 });
    await putBackFeedLine(app, viewer, { feedId: books.feed.id, transactionId: wrong });
    await push();
    expect(arrivedIds(platform)).toHaveLength(5);
    await expect(
      reviseFeedLine(app, viewer, { feedId: books.feed.id, transactionId: odd }, words),
    ).rejects.toBeInstanceOf(Conflict);
  });
});
