import { afterAll, beforeAll, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { completeBankConnection } from "../../../server/src/features/connections/complete-bank-connection.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { repairBankConnection } from "../../../server/src/features/connections/repair-bank-connection.ts";
import { startBankConnection } from "../../../server/src/features/connections/start-bank-connection.ts";
import { syncBankConnection } from "../../../server/src/features/connections/sync-bank-connection.ts";
import { consentTo, startTestBank, type TestBank } from "../../support/bank.ts";
import { booksOf, connectionOf, settle } from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

/** A bank that is linked again by another consent or another provider: its accounts and lines stay single. */
let database: TestDatabase;
let bank: TestBank;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  [database, bank] = await Promise.all([createTestDatabase(), startTestBank()]);
  const { plaid, ponto, saltedge, tink } = bank.providers;
  app = await createTestApp(database.serverUrl, {
    providers: [plaid, ponto, saltedge, tink],
    now: new Date(),
  });
});

afterAll(async () => {
  await app.close();
  await bank.close();
  await database.drop();
});

const viewer = () => viewerIn(organisation);

async function returnFrom(hostedLinkUrl: string | null): Promise<string | null> {
  const back = await consentTo(hostedLinkUrl ?? "", "ins_900102");
  return back === null ? null : new URL(back).search;
}

async function connect(provider: string): Promise<string> {
  const started = await startBankConnection(app, viewer(), { provider, institutionId: null });
  const returned = await returnFrom(started.hostedLinkUrl);
  await completeBankConnection(app, viewer(), started.connectionId, returned);
  await settle(app, bank);
  // Without webhooks the rest of a first history is asked for.
  await syncBankConnection(app, viewer(), started.connectionId);
  await settle(app, bank);
  return started.connectionId;
}

async function books(): Promise<string[]> {
  return (await booksOf(app, organisation.id))
    .filter(({ removedAt, pending }) => removedAt === null && !pending)
    .map(({ accountId, bookedOn, amountMinor }) =>
      [accountId, bookedOn.toISOString().slice(0, 10), amountMinor].join("|"),
    )
    .sort();
}

const accounts = () =>
  asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.financialAccount.findMany({ orderBy: { id: "asc" } }),
  );

test("a repair that is only possible by a new consent goes on with the accounts and lines", async () => {
  organisation = await addOrganisation(app);
  const id = await connect("ponto");
  const before = { books: await books(), accounts: (await accounts()).map((each) => each.id) };
  const { externalId } = await connectionOf(app, organisation.id, id);
  await bank.control("consents/trouble", { consent_id: externalId, trouble: "revoked" });
  await syncBankConnection(app, viewer(), id);
  await settle(app, bank);
  expect((await connectionOf(app, organisation.id, id)).status).toBe("reconnect_required");
  const started = await repairBankConnection(app, viewer(), id);
  const returned = await returnFrom(started.hostedLinkUrl);
  await completeBankConnection(app, viewer(), id, returned);
  await settle(app, bank);
  const now = await connectionOf(app, organisation.id, id);
  expect(now.status).toBe("active");
  expect(now.externalId).not.toBe(externalId);
  expect((await accounts()).map((each) => each.id)).toEqual(before.accounts);
  expect((await accounts()).every(({ closedAt }) => closedAt === null)).toBe(true);
  expect(await books()).toEqual(before.books);
});

test.each([
  ["saltedge", "tink"],
  ["tink", "ponto"],
])("a bank that moves from %s to %s keeps its accounts and lines", async (from, to) => {
  organisation = await addOrganisation(app);
  const first = await connect(from);
  const before = { books: await books(), accounts: (await accounts()).map((each) => each.id) };
  expect(before.books.length).toBeGreaterThan(10);
  await disconnectBankConnection(app, viewer(), first);
  await settle(app, bank);
  const second = await connect(to);
  const after = await accounts();
  expect(after.map((each) => each.id)).toEqual(before.accounts);
  expect(after.every(({ connectionId }) => connectionId === second)).toBe(true);
  expect(await books()).toEqual(before.books);
});
