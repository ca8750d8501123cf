import { afterAll, beforeAll, expect, test } from "vitest";
import { completeBankConnection } from "../../../server/src/features/connections/complete-bank-connection.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { refreshBankConnection } from "../../../server/src/features/connections/refresh-bank-connection.ts";
import { repairBankConnection } from "../../../server/src/features/connections/repair-bank-connection.ts";
import { startBankConnection } from "../../../server/src/features/connections/start-bank-connection.ts";
import { createSaltEdgeProvider } from "../../../server/src/providers/saltedge/provider.ts";
import { consentTo, startTestBank, type TestBank } from "../../support/bank.ts";
import {
  booksOf,
  connectionOf,
  settle,
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { saltEdgeTestConfig } from "../../support/saltedge-keys.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

/** One connection's life through the engine, over Salt Edge's own wire: each test goes on where the last one ended. */
let database: TestDatabase;
let bank: TestBank;
let receiver: WebhookReceiver;
let app: TestApp;
let organisation: WorldOrganisation;
let id: string;
let consent: string;

beforeAll(async () => {
  [database, bank, receiver] = await Promise.all([
    createTestDatabase(),
    startTestBank(),
    startWebhookReceiver(),
  ]);
  const callbackUrl = `${receiver.url}/webhooks/saltedge`;
  bank.running.sandbox.settings.saltedgeCallbackUrl = callbackUrl;
  app = await createTestApp(database.serverUrl, {
    providers: [createSaltEdgeProvider(saltEdgeTestConfig(bank.url, callbackUrl))],
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

function truth(): string[] {
  const { world, wires } = bank.running.sandbox;
  const wire = wires.find(({ name }) => name === "saltedge");
  const shared = wire?.consents().find(({ consentId }) => consentId === consent);
  const from = new Date(Date.now() - 90 * 86_400_000).toISOString().slice(0, 10);
  return (shared?.paths ?? [])
    .flatMap((path) => world.newest(path, 100_000))
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
    provider: "saltedge",
    institutionId: "tidewell_gb",
  });
  id = started.connectionId;
  await completeBankConnection(app, viewer(), id, await follow(started.hostedLinkUrl));
  await settle(app, bank);
  const connection = await row();
  consent = connection.externalId ?? "";
  expect(connection).toMatchObject({ status: "active", institutionId: "tidewell_gb" });
  expect(truth().length).toBeGreaterThan(10);
  expect(await books()).toEqual(truth());
});

test("what is posted, booked, changed and withdrawn is so after the callback", async () => {
  const { row: line } = await bank.control<{ row: number }>("transactions", {
    ...{ account, amount: "-12.50", description: "SALT EDGE LIVE", pending: true },
  });
  const { row: gone } = await bank.control<{ row: number }>("transactions", {
    ...{ account, amount: "-7.77", description: "SALT EDGE GONE" },
  });
  await settle(app, bank);
  expect(await books()).toEqual(truth());
  await bank.control("transactions/book", { row: line, amount: "-13.00" });
  await bank.control("transactions/remove", { row: gone });
  await settle(app, bank);
  expect(await books()).toEqual(truth());
  expect((await books()).filter((text) => text.includes("SALT EDGE"))).toHaveLength(1);
});

test("a callback that is forged changes nothing", async () => {
  const before = await books();
  for (const how of ["forged", "altered", "unsigned"]) {
    const { status } = await bank.control<{ status: number }>("consents/misbehave", {
      consent_id: consent,
      how,
    });
    expect(status).toBe(401);
  }
  const replayed = { consent_id: consent, how: "replayed" };
  expect(await bank.control("consents/misbehave", replayed)).toEqual({ status: 200 });
  await settle(app, bank);
  expect(await books()).toEqual(before);
});

test("a login that is lost is said, and repaired in place", async () => {
  const known = (await booksOf(app, organisation.id)).length;
  await bank.control("consents/trouble", { consent_id: consent, trouble: "login_required" });
  await settle(app, bank);
  expect((await row()).status).toBe("reconnect_required");
  const { hostedLinkUrl } = await repairBankConnection(app, viewer(), id);
  await completeBankConnection(app, viewer(), id, await follow(hostedLinkUrl));
  await settle(app, bank);
  expect(await row()).toMatchObject({ status: "active", externalId: consent });
  expect(await booksOf(app, organisation.id)).toHaveLength(known);
  expect(await books()).toEqual(truth());
});

test("a refresh brings what the bank has", async () => {
  await refreshBankConnection(app, viewer(), id);
  await settle(app, bank);
  expect(await books()).toEqual(truth());
});

test("disconnecting ends the consent at Salt Edge and wipes the credential", async () => {
  await disconnectBankConnection(app, viewer(), id);
  await settle(app, bank);
  expect(await row()).toMatchObject({ status: "deleted", credentialCiphertext: null });
  const wire = bank.running.sandbox.wires.find(({ name }) => name === "saltedge");
  expect(wire?.consents()).toEqual([]);
});
