import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, utcDay } from "../../../server/src/core/dates.ts";
import { completeBankConnection } from "../../../server/src/features/connections/complete-bank-connection.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { refreshBankConnection } from "../../../server/src/features/connections/refresh-bank-connection.ts";
import { repairBankConnection } from "../../../server/src/features/connections/repair-bank-connection.ts";
import { startBankConnection } from "../../../server/src/features/connections/start-bank-connection.ts";
import { consentTo, startTestBank, type TestBank } from "../../support/bank.ts";
import { tinkWebhookSecret } from "../../support/bank-providers.ts";
import {
  booksOf,
  connectionOf,
  settle,
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

/** One connection's life through the engine, over Tink's own wire: each test goes on where the last one ended. */
let database: TestDatabase;
let bank: TestBank;
let receiver: WebhookReceiver;
let app: TestApp;
let organisation: WorldOrganisation;
let id: string;
let consent: string;

beforeAll(async () => {
  [database, receiver] = await Promise.all([createTestDatabase(), startWebhookReceiver()]);
  bank = await startTestBank({
    tinkWebhookUrl: `${receiver.url}/webhooks/tink`,
    tinkWebhookSecret,
  });
  app = await createTestApp(database.serverUrl, {
    providers: [bank.providers.tink],
    config: { publicUrl: receiver.url },
    now: new Date(),
  });
  receiver.deliverTo(app);
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await Promise.all([bank.close(), receiver.close()]);
  await database.drop();
});

const viewer = () => viewerIn(organisation);
const row = () => connectionOf(app, organisation.id, id);
const wire = () => bank.running.sandbox.wires.find(({ name }) => name === "tink");
const account = "tidewell/project";

async function books(): Promise<string[]> {
  const rows = await booksOf(app, organisation.id);
  return rows
    .filter(({ removedAt }) => removedAt === null)
    .map(({ bookedOn, amountMinor, pending, description }) =>
      [bookedOn.toISOString().slice(0, 10), amountMinor, pending, description].join("|"),
    )
    .sort();
}

/** The last 90 days of the accounts that are shared, as the bank has them. */
function truth(): string[] {
  const shared = wire()
    ?.consents()
    .find(({ consentId }) => consentId === consent);
  const from = addDays(utcDay(new Date()), -90);
  return (shared?.paths ?? [])
    .flatMap((path) => bank.running.sandbox.world.newest(path, 100_000))
    .filter(({ bookedOn }) => bookedOn >= from)
    .map((line) => [line.bookedOn, line.amountMinor, line.pending, line.description].join("|"))
    .sort();
}

async function follow(hostedUrl: string | null): Promise<string> {
  const cameBack = await consentTo(hostedUrl ?? "");
  expect(cameBack).toContain(`${receiver.url}/finance/banking/connect/return?state=`);
  return new URL(cameBack ?? "").search;
}

test("a person connects, and the books are the bank's", async () => {
  const started = await startBankConnection(app, viewer(), {
    provider: "tink",
    institutionId: "gb-tidewell-ob",
  });
  id = started.connectionId;
  await completeBankConnection(app, viewer(), id, await follow(started.hostedLinkUrl));
  await settle(app, bank);
  const connection = await row();
  consent = connection.externalId ?? "";
  expect(connection).toMatchObject({ status: "active", institutionId: "gb-tidewell-ob" });
  expect(connection.consentExpiresAt?.getTime()).toBeGreaterThan(Date.now());
  expect(truth().length).toBeGreaterThan(10);
  expect(await books()).toEqual(truth());
});

test("what is posted, booked, changed and withdrawn is so after the webhook", async () => {
  const { row: line } = await bank.control<{ row: number }>("transactions", {
    ...{ account, amount: "-12.50", description: "TINK LIVE", pending: true },
  });
  const { row: gone } = await bank.control<{ row: number }>("transactions", {
    ...{ account, amount: "-7.77", description: "TINK GONE" },
  });
  await settle(app, bank);
  expect(await books()).toEqual(truth());
  await bank.control("transactions/book", { row: line, amount: "-13.00" });
  await bank.control("transactions/remove", { row: gone });
  await settle(app, bank);
  expect(await books()).toEqual(truth());
  expect((await books()).filter((text) => text.includes("TINK"))).toHaveLength(1);
});

test("two changes that are told in the very same words are both brought", async () => {
  for (const description of ["TINK TWIN ONE", "TINK TWIN TWO"]) {
    await bank.control("transactions", { account, amount: "-1.00", description });
    await settle(app, bank);
    expect((await books()).some((text) => text.endsWith(description))).toBe(true);
  }
});

test("a row of long ago that is withdrawn is gone after the webhook, which only names it", async () => {
  const world = bank.running.sandbox.world;
  const day = addDays(utcDay(new Date()), -30);
  const old = world.newest(account, 100_000).find(({ bookedOn }) => bookedOn < day);
  await bank.control("transactions/remove", { row: old?.index });
  await settle(app, bank);
  expect(await books()).toEqual(truth());
});

test("a webhook that is forged changes nothing", async () => {
  const before = await books();
  for (const how of ["forged", "altered", "late", "unsigned"]) {
    const bad = { consent_id: consent, how };
    expect(await bank.control("consents/misbehave", bad)).toEqual({ status: 401 });
  }
  const replayed = { consent_id: consent, how: "replayed" };
  expect(await bank.control("consents/misbehave", replayed)).toEqual({ status: 200 });
  await settle(app, bank);
  expect(await books()).toEqual(before);
});

test("a token that runs out before its time is renewed on the way", async () => {
  const before = (await row()).credentialCiphertext;
  await bank.control("consents/spend-token", { consent_id: consent });
  await bank.control("transactions", { account, amount: "-2.00", description: "TINK AFTER TOKEN" });
  await settle(app, bank);
  expect(await books()).toEqual(truth());
  expect((await row()).credentialCiphertext).not.toEqual(before);
});

test("a login that is lost is said, and repaired in place with what came meanwhile", async () => {
  const known = (await booksOf(app, organisation.id)).length;
  await bank.control("consents/trouble", { consent_id: consent, trouble: "login_required" });
  await settle(app, bank);
  expect((await row()).status).toBe("reconnect_required");
  await bank.control("transactions", { account, amount: "-3.00", description: "TINK MEANWHILE" });
  const { hostedLinkUrl } = await repairBankConnection(app, viewer(), id);
  await completeBankConnection(app, viewer(), id, await follow(hostedLinkUrl));
  await settle(app, bank);
  expect(await row()).toMatchObject({ status: "active", externalId: consent });
  expect(await booksOf(app, organisation.id)).toHaveLength(known + 1);
  expect(await books()).toEqual(truth());
});

test("a refresh is asked for, and what the bank has is there", async () => {
  await refreshBankConnection(app, viewer(), id);
  await settle(app, bank);
  expect(await books()).toEqual(truth());
});

test("disconnecting ends consent and user at Tink and wipes the credential", async () => {
  await disconnectBankConnection(app, viewer(), id);
  await settle(app, bank);
  expect(await row()).toMatchObject({ status: "deleted", credentialCiphertext: null });
  expect(wire()?.consents()).toEqual([]);
});
