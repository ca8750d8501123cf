import { beforeEach, describe, expect, test } from "vitest";
import { careForAccounting } from "../../../server/src/features/accounting/care-for-accounting.ts";
import {
  sendPayments,
  withdrawPayments,
} from "../../../server/src/features/accounting/payments/release-payments.ts";
import { setAccountingOptions } from "../../../server/src/features/accounting/set-accounting-options.ts";
import { voidMatch } from "../../../server/src/features/reconciliation/void-match.ts";
import { runJobs, waitingJobs } from "../../support/queue.ts";
import { addOpenItems, viewerIn } from "../../support/world.ts";
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

beforeEach(async () => {
  const { app, platform } = await worlds.begin();
  world = { app, platform, books: await feedBooks(app, platform) };
});

describe("a match of a pulled document", () => {
  test("is offered back as a payment and booked once when it is released", async () => {
    await pull(world, invoice());
    await payItem(world, "120.00");
    const [offer] = await offers(world);
    expect(offer).toMatchObject({ status: "offered", amountMinor: 120_00n, paidOn: "2026-11-18" });
    const viewer = viewerIn(world.books.organisation);
    await sendPayments(world.app, viewer, [offer?.id ?? ""]);
    await expect(sendPayments(world.app, viewer, [offer?.id ?? ""])).resolves.toBeDefined();
    await runJobs(world.app);
    expect(await offers(world)).toMatchObject([{ status: "success" }]);
    expect(world.platform.payments).toMatchObject([
      {
        documentExternalId: "181",
        counterpartyExternalId: "80",
        amountMinor: 120_00n,
        kind: "invoice",
      },
    ]);
    await expect(sendPayments(world.app, viewer, [offer?.id ?? ""])).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await pull(world, invoice({ state: "paid", dueMinor: 0n }));
    expect((await items(world))[0]?.status).toBe("paid");
    expect(await problems(world)).toEqual([]);
  });

  test("whose answer is lost, or whose process is killed, is booked once all the same", async () => {
    await pull(world, invoice());
    await payItem(world, "120.00");
    const [offer] = await offers(world);
    world.platform.faults.push({ kind: "lost", taken: true }, { kind: "crash", taken: true });
    await sendPayments(world.app, viewerIn(world.books.organisation), [offer?.id ?? ""]);
    for (let round = 0; round < 4; round++) {
      world.app.advance(5 * 60_000);
      await careForAccounting(world.app);
      await runJobs(world.app, { due: true });
    }
    expect(await offers(world)).toMatchObject([{ status: "success" }]);
    expect(world.platform.payments).toHaveLength(1);
  });

  test("that was refused is sent anew under another id", async () => {
    await pull(world, invoice());
    await payItem(world, "120.00");
    const [offer] = await offers(world);
    world.platform.faults.push({ kind: "failed", retryable: false });
    const viewer = viewerIn(world.books.organisation);
    await sendPayments(world.app, viewer, [offer?.id ?? ""]);
    await runJobs(world.app);
    expect(await offers(world)).toMatchObject([
      { status: "failed", problem: "The period is closed." },
    ]);
    await sendPayments(world.app, viewer, [offer?.id ?? ""]);
    await runJobs(world.app);
    expect(await offers(world)).toMatchObject([{ status: "success" }]);
    expect(world.platform.payments[0]?.externalId).not.toBe(offer?.id);
  });

  test("that is undone withdraws the offer; one that was sent says that it stands there", async () => {
    await pull(world, invoice());
    const viewer = viewerIn(world.books.organisation);
    const first = await payItem(world, "120.00");
    await voidMatch(world.app, viewer, { id: first, reason: null });
    expect(await offers(world)).toMatchObject([{ status: "withdrawn" }]);
    const second = await payItem(world, "120.00");
    const [offer] = await offers(world);
    await sendPayments(world.app, viewer, [offer?.id ?? ""]);
    await runJobs(world.app);
    await voidMatch(world.app, viewer, { id: second, reason: null });
    expect((await offers(world))[0]).toMatchObject({ status: "success" });
    expect((await offers(world))[0]?.problem).toContain("undone here");
    await expect(withdrawPayments(world.app, viewer, [offer?.id ?? ""])).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("that was made before its document was pulled is offered too, and waits for a person's word", async () => {
    const viewer = viewerIn(world.books.organisation);
    const mine = { number: "INV-181", counterpartyName: "Birch Ltd", amountMinor: 120_00n };
    await addOpenItems(world.app, world.books.organisation.id, [mine]);
    await payItem(world, "50.00");
    await setAccountingOptions(world.app, viewer, world.books.connectionId, {
      sendsPayments: true,
    });
    expect(await offers(world)).toEqual([]);
    await pull(world, invoice());
    const offered = [{ status: "offered", amountMinor: 50_00n, sentBy: null }];
    expect(await offers(world)).toMatchObject(offered);
    expect(await offers(world)).toHaveLength(1);
    await pull(world, invoice());
    expect(await offers(world)).toMatchObject(offered);
    expect(world.platform.payments).toEqual([]);
    const [offer] = await offers(world);
    await sendPayments(world.app, viewer, [offer?.id ?? ""]);
    await runJobs(world.app);
    expect(world.platform.payments).toMatchObject([{ amountMinor: 50_00n }]);
  });

  test("goes by itself where that was asked for", async () => {
    await pull(world, invoice());
    const viewer = viewerIn(world.books.organisation);
    await setAccountingOptions(world.app, viewer, world.books.connectionId, {
      sendsPayments: true,
    });
    await payItem(world, "60.00");
    expect((await waitingJobs(world.app)).map(({ name }) => name)).toContain("sendPayments");
    await runJobs(world.app);
    expect(world.platform.payments).toMatchObject([{ amountMinor: 60_00n }]);
    await pull(world, invoice({ dueMinor: 60_00n, state: "part_paid" }));
    expect(await items(world)).toMatchObject([{ amountMinor: 120_00n, status: "part_paid" }]);
  });
});
