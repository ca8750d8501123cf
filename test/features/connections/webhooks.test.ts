import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { listWebhookTallies } from "../../../server/src/features/connections/list-webhook-tallies.ts";
import { receiveWebhook } from "../../../server/src/features/connections/receive-webhook.ts";
import { startTestBank, type TestBank } from "../../support/bank.ts";
import {
  comparison,
  connectBank,
  connectionOf,
  createBankApp,
  settle,
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs, waitingJobs } from "../../support/queue.ts";
import {
  addOrganisation,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let bank: TestBank;
let receiver: WebhookReceiver;
let app: TestApp;
let organisation: WorldOrganisation;
let connectionId: string;
let item: string;

beforeAll(async () => {
  [database, bank, receiver] = await Promise.all([
    createTestDatabase(),
    startTestBank(),
    startWebhookReceiver(),
  ]);
  app = await createBankApp(database.serverUrl, bank, receiver);
  organisation = await addOrganisation(app);
  connectionId = await connectBank(app, viewerIn(organisation), bank);
  await settle(app, bank);
  item = (await connectionOf(app, organisation.id, connectionId)).externalId ?? "";
});

afterAll(async () => {
  await app.close();
  await bank.close();
  await receiver.close();
  await database.drop();
});

const tally = async (outcome: string) =>
  (await listWebhookTallies(app, viewerIn(organisation), "plaid"))
    .filter((row) => row.outcome === outcome)
    .reduce((sum, row) => sum + Number(row.count), 0);

const recorded = () =>
  asOrganisation(app.database, organisation.id, (tx) => tx.prisma.webhookDelivery.count());

const runCount = () =>
  asOrganisation(app.database, organisation.id, (tx) => tx.prisma.syncRun.count());

const send = (code: string) => bank.control("webhooks", { item_id: item, code });

describe("a delivery that is not the provider's own, unaltered and fresh", () => {
  test.each([
    ["forged", "forged"],
    ["unknown_key", "forged"],
    ["altered", "altered"],
    ["late", "late"],
    ["unsigned", "forged"],
    ["unprotected", "forged"],
  ])("(%s) is refused, counted, and without effect", async (how, outcome) => {
    const before = { tally: await tally(outcome), recorded: await recorded() };
    const answer = await bank.control("webhooks/misbehave", { item_id: item, how });
    expect(answer).toEqual({ status: 401 });
    expect(await tally(outcome)).toBe(before.tally + 1);
    expect(await recorded()).toBe(before.recorded);
    expect((await waitingJobs(app)).map(({ name }) => name)).toEqual(["scheduleSync"]);
  });

  test("for a provider that is not offered has no address", async () => {
    const delivery = { path: "", headers: {}, body: Buffer.from("{}"), receivedAt: app.now() };
    expect(await receiveWebhook(app, "nobody", delivery)).toEqual({ status: 404 });
  });
});

describe("a genuine delivery", () => {
  test("that says the consent is withdrawn is asked about: it may have been given again since", async () => {
    const runs = await runCount();
    await bank.control("consents/webhook", { consent_id: item, what: "USER_PERMISSION_REVOKED" });
    await settle(app, bank);
    expect((await connectionOf(app, organisation.id, connectionId)).status).toBe("active");
    expect(await runCount()).toBe(runs + 1);
  });

  test("is answered before it is worked on, and recorded once however often it comes", async () => {
    const before = { recorded: await recorded(), replayed: await tally("replayed") };
    await send("SYNC_UPDATES_AVAILABLE");
    await bank.running.idle();
    const runs = await runCount();
    const answer = await bank.control("webhooks/misbehave", { item_id: item, how: "replayed" });
    expect(answer).toEqual({ status: 200 });
    expect(await recorded()).toBe(before.recorded + 1);
    expect(await tally("replayed")).toBe(before.replayed + 1);
    await settle(app, bank);
    expect(await runCount()).toBe(runs + 1);
  });

  test("of a connection that is not here is taken, counted, and without effect", async () => {
    const elsewhere = await addOrganisation(app);
    const id = await connectBank(app, viewerIn(elsewhere), bank);
    await settle(app, bank);
    const { externalId } = await connectionOf(app, elsewhere.id, id);
    await asOrganisation(app.database, elsewhere.id, (tx) =>
      tx.prisma.bankConnection.updateMany({ data: { externalId: "gone" } }),
    );
    const before = await tally("unknown");
    await bank.control("webhooks", { item_id: externalId, code: "SYNC_UPDATES_AVAILABLE" });
    await bank.running.idle();
    expect(receiver.statuses.at(-1)).toBe(200);
    expect(await tally("unknown")).toBe(before + 1);
  });

  test("of an old kind changes nothing", async () => {
    const runs = await runCount();
    for (const code of ["INITIAL_UPDATE", "DEFAULT_UPDATE", "TRANSACTIONS_REMOVED"])
      await send(code);
    await settle(app, bank);
    expect(await runCount()).toBe(runs);
    expect((await connectionOf(app, organisation.id, connectionId)).status).toBe("active");
  });
});

test("a storm of deliveries becomes a sync or two", async () => {
  const runs = await runCount();
  for (let index = 0; index < 40; index += 1) await send("SYNC_UPDATES_AVAILABLE");
  await bank.running.idle();
  expect(await runJobs(app)).toEqual([]);
  await settle(app, bank);
  expect(await runCount()).toBeLessThanOrEqual(runs + 3);
});

test("deliveries that come twice and out of order leave the books as the bank has them", async () => {
  await bank.control("faults", { name: "duplicate_webhooks", seconds: 600 });
  await bank.control("faults", { name: "out_of_order_webhooks", seconds: 600 });
  await bank.control("arrive", { count: 12 });
  await bank.control("faults", { name: "login_required", item_id: item });
  await bank.control("items/repair", { item_id: item });
  await bank.control("arrive", { count: 12 });
  await settle(app, bank);
  await bank.control("faults/clear", {});
  await bank.control("arrive", { count: 1 });
  await settle(app, bank);
  expect((await connectionOf(app, organisation.id, connectionId)).status).toBe("active");
  const { books, bank: truth } = await comparison(app, organisation.id, bank, item);
  expect(books).toEqual(truth);
});

test("a warning that the consent ends is shown with its day, and a sync does not take it back", async () => {
  await send("PENDING_EXPIRATION");
  await settle(app, bank);
  await send("SYNC_UPDATES_AVAILABLE");
  await settle(app, bank);
  const connection = await connectionOf(app, organisation.id, connectionId);
  expect(connection.status).toBe("reconnect_available");
  expect(connection.statusReason).toContain(
    connection.consentExpiresAt?.toISOString().slice(0, 10) ?? "no day",
  );
});
