import { afterAll, beforeAll, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { completeBankConnection } from "../../../server/src/features/connections/complete-bank-connection.ts";
import { startBankConnection } from "../../../server/src/features/connections/start-bank-connection.ts";
import { consentTo, startTestBank, type TestBank } from "../../support/bank.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs } from "../../support/queue.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let bank: TestBank;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  [database, bank] = await Promise.all([createTestDatabase(), startTestBank()]);
  app = await createTestApp(database.serverUrl, { providers: [bank.provider], now: new Date() });
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await bank.close();
  await database.drop();
});

test("a bank is connected and its transactions arrive", async () => {
  const viewer = viewerIn(organisation);
  const started = await startBankConnection(app, viewer, {
    provider: "plaid",
    institutionId: null,
  });
  const [institution] = await bank.provider.searchInstitutions("", 10);
  await consentTo(started.hostedLinkUrl ?? "", institution?.id);
  await completeBankConnection(app, viewer, started.connectionId);
  expect(await runJobs(app)).toEqual([]);
  await bank.running.idle();
  expect(await runJobs(app, { due: true })).toEqual([]);
  const rows = await asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.bankTransaction.findMany({ where: { organisationId: organisation.id } }),
  );

  expect(rows.length).toBeGreaterThan(10);
});
