import { Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxCredentials } from "../../../server/src/config.ts";
import { careForConnections } from "../../../server/src/features/connections/care-for-connections.ts";
import { completeBankConnection } from "../../../server/src/features/connections/complete-bank-connection.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { refreshBankConnection } from "../../../server/src/features/connections/refresh-bank-connection.ts";
import { repairBankConnection } from "../../../server/src/features/connections/repair-bank-connection.ts";
import { startBankConnection } from "../../../server/src/features/connections/start-bank-connection.ts";
import { syncConnection } from "../../../server/src/features/connections/sync-connection.ts";
import { createLog } from "../../../server/src/log.ts";
import type { Provider } from "../../../server/src/providers/provider.ts";
import { startTestBank, type TestBank } from "../../support/bank.ts";
import {
  connectBank,
  connectionOf,
  createBankApp,
  settle,
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { bringForward, runJobs } from "../../support/queue.ts";
import { failure, scriptedProvider } from "../../support/scripted-provider.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

const hourMs = 3_600_000;
const iban = "GB29NWBK60161331926819";
const accountNumber = "31926819";

let database: TestDatabase;
let bank: TestBank;
let receiver: WebhookReceiver;
let app: TestApp;
let organisation: WorldOrganisation;
const lines: string[] = [];
/** Whatever the adapters were given or answered that must not be read in a log. */
const secrets = new Set<string>();

const log = createLog(
  { logLevel: "trace" },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  }),
);

beforeAll(async () => {
  [database, bank, receiver] = await Promise.all([
    createTestDatabase(),
    startTestBank(),
    startWebhookReceiver(),
  ]);
  const watched = { ...bank, provider: watching(bank.provider) };
  app = { ...(await createBankApp(database.serverUrl, watched, receiver)), log };
  receiver.deliverTo(app);
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await bank.close();
  await receiver.close();
  await database.drop();
});

const owner = () => viewerIn(organisation);

function expectNothingTold() {
  expect(lines.length).toBeGreaterThan(0);
  expect(secrets.size).toBeGreaterThan(0);
  const all = lines.join("");
  for (const secret of secrets) expect(all).not.toContain(secret);
  expect(all).not.toContain(sandboxCredentials.secret);
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
}

test("a connection's whole life over HTTP leaves no secret in any line", async () => {
  const id = await connectBank(app, owner(), bank);
  await settle(app, bank);
  const item = (await connectionOf(app, organisation.id, id)).externalId ?? "";
  const job = { organisationId: organisation.id, connectionId: id, trigger: "manual" as const };
  for (const name of ["internal_error", "rate_limit", "connection_reset"]) {
    await bank.control("faults", { name, item_id: item, count: 6 });
    await syncConnection(app, job);
    bank.running.sandbox.faults.clear();
    app.advance(hourMs);
  }
  await refreshBankConnection(app, owner(), id);
  await settle(app, bank);
  await bank.control("faults", { name: "login_required", item_id: item });
  await settle(app, bank);
  const repair = await repairBankConnection(app, owner(), id);
  secrets.add(repair.hostedLinkUrl ?? "none");
  await completeBankConnection(app, owner(), id);
  app.advance(12 * hourMs);
  await careForConnections(app);
  await runJobs(app);
  await fetch(`${receiver.url}/webhooks/plaid`, { method: "POST", body: "{}" });
  await bank.control("faults", { name: "internal_error", item_id: item, count: 1 });
  await disconnectBankConnection(app, owner(), id);
  await runJobs(app);
  await bringForward(app, ["revokeConsent"]);
  await runJobs(app);
  expect(await connectionOf(app, organisation.id, id)).toMatchObject({
    status: "deleted",
    consentRevokedAt: expect.any(Date),
  });
  expectNothingTold();
});

test("account numbers and tokens stay out of the lines when everything goes wrong", async () => {
  lines.length = 0;
  const provider = watching(
    scriptedProvider({
      startConsent: async () => ({
        kind: "hosted",
        linkToken: "link-token-5f1b",
        hostedUrl: "https://bank.example/sign-in?token=hosted-token-77aa",
        expiresAt: new Date(Date.now() + hourMs),
      }),
      completeConsent: async () => ({
        kind: "completed",
        credential: "access-token-9c2d",
        externalId: "consent-of-the-scripted-bank",
      }),
      fetchAccounts: async () => ({
        accounts: [
          {
            externalId: "account-1",
            persistentId: null,
            name: `Current account ${accountNumber}`,
            officialName: null,
            kind: "current",
            mask: "6819",
            identifier: iban,
            currency: "GBP",
            balanceCurrentMinor: 1n,
            balanceAvailableMinor: null,
            balanceAsOf: null,
          },
        ],
        problems: [],
      }),
      fetchPage: () => Promise.reject(failure("temporary")),
      refresh: () => Promise.reject(failure("user_action_needed")),
      revoke: () => Promise.reject(failure("temporary")),
    }),
  );
  const made = await createTestApp(database.serverUrl, { providers: [provider], now: new Date() });
  const scripted = { ...made, log };
  const started = await startBankConnection(scripted, owner(), {
    provider: "scripted",
    institutionId: null,
  });
  await completeBankConnection(scripted, owner(), started.connectionId);
  await runJobs(scripted);
  await expect(
    refreshBankConnection(scripted, owner(), started.connectionId),
  ).rejects.toMatchObject({ kind: "user_action_needed" });
  await disconnectBankConnection(scripted, owner(), started.connectionId);
  await runJobs(scripted);
  for (const secret of [iban, accountNumber, "hosted-token-77aa"]) secrets.add(secret);
  expectNothingTold();
  expect(secrets).toContain("access-token-9c2d");
  await made.close();
});

test("a field that holds a secret is struck out wherever somebody logs it by mistake", () => {
  lines.length = 0;
  const credential = { secret: "s3cret-1", token: "s3cret-2" };
  log.info({ credential, flow: { linkToken: "s3cret-3" }, account: { identifier: iban } }, "oops");
  log.warn({ request: { headers: { authorization: "s3cret-4", cookie: "s3cret-5" } } }, "oops");
  expect(lines.join("")).not.toMatch(/s3cret|GB29/);
  expect(lines.join("")).toContain("(secret)");
});

/** The provider, with what it is given and answers that is secret written down. */
function watching(provider: Provider): Provider {
  return {
    ...provider,
    startConsent: async (request) => {
      const started = await provider.startConsent(request);
      if (started.kind === "hosted") {
        secrets.add(started.linkToken).add(started.hostedUrl).add(request.state);
      }
      return started;
    },
    completeConsent: async (flow) => {
      const outcome = await provider.completeConsent(flow);
      if (outcome.kind === "completed") secrets.add(outcome.credential);
      return outcome;
    },
    fetchAccounts: async (credential) => {
      secrets.add(credential.secret);
      const answer = await provider.fetchAccounts(credential);
      for (const { identifier } of answer.accounts) if (identifier) secrets.add(identifier);
      return answer;
    },
  };
}
