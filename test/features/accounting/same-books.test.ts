/** Books that were given up and connected again: another connection, and the same accounts. */
import { beforeEach, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { disconnectAccountingConnection } from "../../../server/src/features/accounting/disconnect-accounting-connection.ts";
import { openFeed } from "../../../server/src/features/accounting/open-feed.ts";
import { sendPayments } from "../../../server/src/features/accounting/payments/release-payments.ts";
import { previewPush } from "../../../server/src/features/accounting/preview-push.ts";
import { runJobs } from "../../support/queue.ts";
import { addAccount, addConnection, addOrganisation, viewerIn } from "../../support/world.ts";
import {
  type FedWorld,
  invoice,
  items,
  offers,
  payItem,
  problems,
  pull,
} from "./documents-and-offers.ts";
import { arrivedIds, followUntilSettled, pushBooks } from "./pushing.ts";
import { addLines, type FedBooks, linkBooks, operationsOf, statesOf } from "./setup.ts";
import { type AccountingWorld, accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds({ keepsLineIds: true });
let world: AccountingWorld;
let first: FedBooks;
const minute = 60_000;

beforeEach(async () => {
  world = await worlds.begin();
  const { app, platform } = world;
  const organisation = await addOrganisation(app);
  const bankId = await addConnection(app, organisation.id);
  const accountId = await addAccount(app, organisation.id, bankId);
  const connectionId = await linkBooks(app, platform, organisation);
  first = await feedFrom({ organisation, accountId, connectionId });
});

/** The bank account feeds the books' own account. */
async function feedFrom(of: Omit<FedBooks, "feed">): Promise<FedBooks> {
  const feed = await openFeed(world.app, viewerIn(of.organisation), {
    ...{ connectionId: of.connectionId, accountId: of.accountId },
    target: { kind: "existing", externalId: "target-1" },
    feedStartOn: localDate("2026-08-01"),
    ...{ pushMode: "manual" as const, pushEveryHours: null },
  });
  return { ...of, feed };
}

async function disconnect({ organisation, connectionId }: FedBooks): Promise<void> {
  await disconnectAccountingConnection(world.app, viewerIn(organisation), connectionId);
  await runJobs(world.app);
}

/** Connected again, and the account fed again from the same day on. */
async function again(): Promise<FedBooks> {
  const { app, platform } = world;
  const connectionId = await linkBooks(app, platform, first.organisation);
  return feedFrom({ ...first, connectionId });
}

test("what was pushed before they were given up is not pushed again", async () => {
  const { app } = world;
  await addLines(app, first, 120);
  await pushBooks(app, first);
  await disconnect(first);
  const second = await again();
  await addLines(app, second, 5, localDate("2026-10-01"));
  const preview = await previewPush(app, viewerIn(second.organisation), second.feed.id);
  expect(preview.lines).toBe(5);
  await pushBooks(app, second);
  expect(arrivedIds(world.platform)).toHaveLength(125);
  expect(await statesOf(app, second)).toEqual({ pushed: 5 });
});

test.each([true, false])(
  "a batch whose end nobody knew (taken: %s) is looked up, and goes if it is not there",
  async (taken) => {
    const { app, platform } = world;
    await addLines(app, first, 30);
    platform.faults.push({ kind: "lost", taken });
    await pushBooks(app, first);
    await disconnect(first);
    const second = await again();
    await pushBooks(app, second);
    // What nobody could find may still have come just now.
    expect(await statesOf(app, second)).toEqual({});
    app.advance(2 * minute);
    await pushBooks(app, second);
    await followUntilSettled(app, second);
    expect(arrivedIds(platform)).toHaveLength(30);
    expect(await statesOf(app, second)).toEqual(taken ? {} : { pushed: 30 });
    expect(await operationsOf(app, first)).toMatchObject([
      { status: taken ? "success" : "failed" },
    ]);
  },
);

test("books of another name are other books, whatever their accounts are called", async () => {
  const { app, platform } = world;
  await addLines(app, first, 3);
  await pushBooks(app, first);
  await disconnect(first);
  const connectionId = await linkBooks(app, platform, first.organisation);
  await asOrganisation(app.database, first.organisation.id, (tx) =>
    tx.query("UPDATE accounting_connection SET company_name = 'Birch Limited' WHERE id = $1", [
      connectionId,
    ]),
  );
  const second = await feedFrom({ ...first, connectionId });
  await pushBooks(app, second);
  expect(await statesOf(app, second)).toEqual({ pushed: 3 });
});

test("two connections to the same books do not feed one account of them", async () => {
  await expect(again()).rejects.toMatchObject({ code: "CONFLICT" });
});

test("documents of books that are connected again keep their open items", async () => {
  const { app, platform } = world;
  const before: FedWorld = { app, platform, books: first };
  await pull(before, invoice());
  await payItem(before, "120.00");
  const [offer] = await offers(before);
  await sendPayments(app, viewerIn(first.organisation), [offer?.id ?? ""]);
  await runJobs(app);
  const [item] = await items(before);
  await disconnect(first);
  app.advance(60 * minute);
  const after: FedWorld = { app, platform, books: await again() };
  const more = invoice({ externalId: "182", number: "INV-182" });
  await pull(after, invoice({ dueMinor: 0n, state: "paid" }), more);
  expect(await problems(after)).toEqual([]);
  expect((await items(after)).find(({ id }) => id === item?.id)).toMatchObject({
    ...{ number: "INV-181", status: "paid", amountMinor: 120_00n },
  });
  expect(await items(after)).toHaveLength(2);
  await pull(after, invoice({ state: "void", dueMinor: 0n }), more);
  expect(await problems(after)).toEqual(["It is void there, and matched here."]);
});
