import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { careForAccounting } from "../../../server/src/features/accounting/care-for-accounting.ts";
import { disconnectAccountingConnection } from "../../../server/src/features/accounting/disconnect-accounting-connection.ts";
import { performPayments } from "../../../server/src/features/accounting/payments/perform-payments.ts";
import { sendPayments } from "../../../server/src/features/accounting/payments/release-payments.ts";
import { refreshAccountingConnection } from "../../../server/src/features/accounting/refresh-accounting-connection.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import { voidMatch } from "../../../server/src/features/reconciliation/void-match.ts";
import type { PushFault } from "../../support/fake-platform.ts";
import { Killed } from "../../support/fake-platform.ts";
import { runJobs, waitingJobs } from "../../support/queue.ts";
import { addTransactions, viewerIn } from "../../support/world.ts";
import { type FedWorld, invoice, items, offers, payItem, pull } from "./documents-and-offers.ts";
import { feedBooks } from "./setup.ts";
import { accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds();
let world: FedWorld;
const minute = 60_000;

beforeEach(async () => {
  const { app, platform } = await worlds.begin();
  world = { app, platform, books: await feedBooks(app, platform) };
});

/** An invoice that a bank line pays whole, whose payment was released. @returns its match */
async function released(...faults: PushFault[]): Promise<string> {
  await pull(world, invoice());
  const matchId = await payItem(world, "120.00");
  const [offer] = await offers(world);
  world.platform.faults.push(...faults);
  await sendPayments(world.app, viewerIn(world.books.organisation), [offer?.id ?? ""]);
  return matchId;
}

/** One run of the job; a kill ends it. */
async function perform(): Promise<void> {
  const { organisation, connectionId } = world.books;
  const job = { organisationId: organisation.id, connectionId };
  await performPayments(world.app, job).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
}

/** Looks at what is on its way, each time when it is due. */
async function performUntilSettled(rounds = 15): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    world.app.advance(6 * minute);
    await perform();
  }
}

const calls = (name: string) => world.platform.calls.filter((call) => call === name).length;

test("a lost payment is looked up, and not sent again while it may still come", async () => {
  await released({ kind: "lost", taken: false });
  await perform();
  world.app.advance(30_000);
  await perform();
  expect(await offers(world)).toMatchObject([{ status: "sending" }]);
  expect(calls("sendPayment")).toBe(1);
  await performUntilSettled();
  expect(await offers(world)).toMatchObject([{ status: "success", problem: null }]);
  expect(world.platform.payments).toHaveLength(1);
});

test("a lost payment that has arrived is known again after hours, without being sent again", async () => {
  await released({ kind: "lost", taken: true });
  await perform();
  world.platform.away.calls = 3;
  world.app.advance(3 * 60 * minute);
  await performUntilSettled();
  expect(await offers(world)).toMatchObject([{ status: "success" }]);
  expect(calls("sendPayment")).toBe(1);
});

test("a payment that the platform gave up on is looked for in the books", async () => {
  await released({ kind: "timed_out", arrived: "all" });
  await perform();
  expect(await offers(world)).toMatchObject([{ status: "pending" }]);
  await performUntilSettled();
  expect(await offers(world)).toMatchObject([{ status: "success" }]);
  expect(world.platform.payments).toHaveLength(1);
});

test("a payment that is lost again and again ends as failed, and can be released anew", async () => {
  await released(...Array.from({ length: 40 }, () => ({ kind: "lost" as const, taken: false })));
  await perform();
  await performUntilSettled(40);
  const [offer] = await offers(world);
  expect(offer?.status).toBe("failed");
  expect(offer?.problem).toContain("is not booked there");
  world.platform.faults.length = 0;
  await sendPayments(world.app, viewerIn(world.books.organisation), [offer?.id ?? ""]);
  await performUntilSettled();
  expect(await offers(world)).toMatchObject([{ status: "success" }]);
  expect(world.platform.payments).toHaveLength(1);
});

test("a payment that was refused for now is not sent once its match is undone", async () => {
  const matchId = await released({ kind: "busy" });
  await perform();
  await voidMatch(world.app, viewerIn(world.books.organisation), { id: matchId, reason: null });
  await performUntilSettled();
  expect(await offers(world)).toMatchObject([{ status: "withdrawn", problem: null }]);
  expect(world.platform.payments).toEqual([]);
});

test.each([
  [true, "success", 1],
  [false, "withdrawn", 0],
] as const)(
  "a lost payment (taken: %s) whose match is undone is %s",
  async (taken, status, booked) => {
    const matchId = await released({ kind: "lost", taken });
    await perform();
    await voidMatch(world.app, viewerIn(world.books.organisation), { id: matchId, reason: null });
    await performUntilSettled();
    const [offer] = await offers(world);
    expect(offer?.status).toBe(status);
    expect(offer?.problem ?? "").toContain(taken ? "has to be taken back there" : "");
    if (!taken) expect(offer?.problem).toBeNull();
    expect(world.platform.payments).toHaveLength(booked);
  },
);

test("a payment that found no access goes when access is granted again", async () => {
  await released({ kind: "unauthorised" });
  await runJobs(world.app);
  expect(await offers(world)).toMatchObject([{ status: "offered" }]);
  const viewer = viewerIn(world.books.organisation);
  const connection = await refreshAccountingConnection(world.app, viewer, world.books.connectionId);
  expect(connection.status).toBe("linked");
  await runJobs(world.app);
  expect(await offers(world)).toMatchObject([{ status: "success" }]);
});

test.each([
  [{ kind: "lost", taken: true }, "timed_out"],
  [{ kind: "busy" }, "withdrawn"],
] as const)("after %o, disconnecting leaves nothing to look at", async (fault, status) => {
  await released(fault);
  await perform();
  const viewer = viewerIn(world.books.organisation);
  await disconnectAccountingConnection(world.app, viewer, world.books.connectionId);
  expect(await offers(world)).toMatchObject([{ status }]);
  await runJobs(world.app, { due: true });
  world.app.advance(10 * minute);
  await careForAccounting(world.app);
  expect((await waitingJobs(world.app)).map(({ name }) => name)).not.toContain("sendPayments");
});

test("a platform that is away is not asked for each payment, and those behind go first when it is back", async () => {
  const { app, platform, books } = world;
  const numbers = ["1", "2", "3", "4", "5"];
  await pull(world, ...numbers.map((number) => invoice({ externalId: number, number })));
  const viewer = viewerIn(books.organisation);
  for (const { id: openItemId } of await items(world)) {
    const [transactionId = ""] = await addTransactions(
      app,
      books.organisation.id,
      books.accountId,
      [{ amountMinor: 120_00n, bookedOn: localDate("2026-11-18") }],
    );
    await confirmMatch(app, viewer, [{ transactionId, openItemId, amount: "120.00" }]);
  }
  const ids = (await offers(world)).map(({ id }) => id);
  await sendPayments(app, viewer, ids);
  platform.away.calls = 1_000;
  await perform();
  expect(calls("sendPayment")).toBe(3);
  platform.away.calls = 0;
  app.advance(500);
  await perform();
  expect(platform.payments).toHaveLength(2);
  app.advance(minute);
  await perform();
  expect(platform.payments).toHaveLength(5);
  expect(new Set(platform.payments.map(({ documentExternalId }) => documentExternalId))).toEqual(
    new Set(numbers),
  );
});

const seed = Number(process.env.ACCOUNTING_SEED ?? 20_261_122);

const fault: fc.Arbitrary<PushFault> = fc.oneof(
  fc.constant({ kind: "busy" as const }),
  fc.record({ kind: fc.constant("lost" as const), taken: fc.boolean() }),
  fc.record({ kind: fc.constant("crash" as const), taken: fc.boolean() }),
  fc.record({
    kind: fc.constant("timed_out" as const),
    arrived: fc.constantFrom("all" as const, "none" as const),
  }),
);

test(`under any faults a payment is booked once (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 3 }),
      fc.array(fc.nat(2), { maxLength: 6 }),
      async (faults, absences) => {
        const { app, platform } = await worlds.begin();
        world = { app, platform, books: await feedBooks(app, platform) };
        await released(...faults);
        for (let round = 0; round < 20; round++) {
          platform.away.calls = absences[round] ?? 0;
          await perform();
          app.advance(6 * minute);
        }
        expect(await offers(world)).toMatchObject([{ status: "success" }]);
        expect(platform.payments).toHaveLength(1);
      },
    ),
    { seed, numRuns: 12 },
  );
}, 120_000);
