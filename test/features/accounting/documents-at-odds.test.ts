/** Documents whose figures there and here are not of one moment, or contradict each other. */
import { beforeEach, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { careForAccounting } from "../../../server/src/features/accounting/care-for-accounting.ts";
import { sendPayments } from "../../../server/src/features/accounting/payments/release-payments.ts";
import { runJobs } from "../../support/queue.ts";
import { viewerIn } from "../../support/world.ts";
import {
  type FedWorld,
  invoice,
  items,
  offers,
  payItem,
  problems,
  pull,
} from "./documents-and-offers.ts";
import { feedBooks } from "./setup.ts";
import { accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds();
let world: FedWorld;
const hour = 3_600_000;

beforeEach(async () => {
  const { app, platform } = await worlds.begin();
  world = { app, platform, books: await feedBooks(app, platform) };
});

/** A payment of so much of the only document. */
async function send(amount: string): Promise<void> {
  await payItem(world, amount);
  const [offer] = await offers(world);
  await sendPayments(world.app, viewerIn(world.books.organisation), [offer?.id ?? ""]);
  await runJobs(world.app);
}

test("a document that was read before a payment of it was booked does not become more", async () => {
  await pull(world, invoice());
  await send("50.00");
  // As it was fetched a moment before.
  await pull(world, invoice());
  expect(await items(world)).toMatchObject([{ amountMinor: 120_00n, status: "part_paid" }]);
  expect(await problems(world)).toEqual([]);
});

test("a document whose payment was taken back there says so, and does not become more", async () => {
  await pull(world, invoice());
  await send("120.00");
  world.app.advance(hour);
  await pull(world, invoice());
  expect(await items(world)).toMatchObject([{ amountMinor: 120_00n, status: "paid" }]);
  expect(await problems(world)).toEqual([
    "A payment that was sent from here is not counted there.",
  ]);
});

test("a document that changes while a payment of it is on its way is read again afterwards", async () => {
  const { app, platform } = world;
  const changedAt = new Date(app.now().getTime() - 10 * hour);
  await pull(world, invoice({ modifiedAt: changedAt }));
  platform.faults.push({ kind: "lost", taken: false });
  await send("50.00");
  expect(await offers(world)).toMatchObject([{ status: "sending" }]);
  app.advance(hour);
  const longer = { dueOn: localDate("2026-12-24"), totalMinor: 150_00n };
  const modifiedAt = app.now();
  await pull(world, invoice({ ...longer, dueMinor: 150_00n, modifiedAt }));
  expect(await items(world)).toMatchObject([{ amountMinor: 120_00n, dueOn: "2026-12-01" }]);
  const [problem] = await problems(world);
  expect(problem).toContain("while a payment of it is on its way");
  app.advance(7 * hour);
  await careForAccounting(app);
  await runJobs(app);
  app.advance(7 * hour);
  // Nothing has changed there since: only what was left is asked for.
  await pull(world, invoice({ ...longer, dueMinor: 100_00n, modifiedAt }));
  expect(await offers(world)).toMatchObject([{ status: "success" }]);
  expect(await items(world)).toMatchObject([{ amountMinor: 150_00n, dueOn: "2026-12-24" }]);
  expect(await problems(world)).toEqual([]);
});

test("a document that cannot be read for once keeps its open item", async () => {
  const { app, platform, books } = world;
  await pull(world, invoice());
  const [item] = await items(world);
  platform.documentProblems = [{ externalId: "181", message: "INV-181 has no date." }];
  await pull(world);
  expect(await problems(world)).toEqual(["INV-181 has no date."]);
  const linked = await asOrganisation(app.database, books.organisation.id, (tx) =>
    tx.query<{ id: string }>("SELECT open_item_id AS id FROM accounting_document"),
  );
  expect(linked).toEqual([{ id: item?.id }]);
  platform.documentProblems = [];
  await pull(world, invoice({ totalMinor: 90_00n, dueMinor: 90_00n }));
  expect(await items(world)).toMatchObject([{ id: item?.id, amountMinor: 90_00n }]);
  expect(await problems(world)).toEqual([]);
});
