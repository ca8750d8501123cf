import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { refreshBankConnection } from "../../../server/src/features/connections/refresh-bank-connection.ts";
import type { RefreshOutcome } from "../../../server/src/providers/provider.ts";
import { ask } from "../../support/ask.ts";
import { connectionOf } from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { waitingJobs } from "../../support/queue.ts";
import { addScriptedConnection } from "../../support/scripted-connection.ts";
import {
  failure,
  type ScriptedProvider,
  scriptedProvider,
} from "../../support/scripted-provider.ts";
import {
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

const hourMs = 3_600_000;

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let provider: ScriptedProvider;
let answer: () => Promise<RefreshOutcome>;

beforeAll(async () => {
  database = await createTestDatabase();
  provider = scriptedProvider({ refresh: () => answer() });
  const fixed = scriptedProvider({}, { name: "fixed", supportsRefresh: false });
  app = await createTestApp(database.serverUrl, { providers: [provider, fixed] });
  organisation = await addOrganisation(app);
});

beforeEach(() => {
  provider.asked.length = 0;
  answer = async () => ({ kind: "requested" });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const owner = () => viewerIn(organisation);
const rowOf = (id: string) => connectionOf(app, organisation.id, id);
const connected = (values = {}) => addScriptedConnection(app, organisation.id, values);
const later = (ms: number) => new Date(app.now().getTime() + ms);

test("asks the provider once, then tells for an hour when it is next possible", async () => {
  const id = await connected();
  await refreshBankConnection(app, owner(), id);
  const possibleAt = later(hourMs);
  app.advance(hourMs - 1);
  await expect(refreshBankConnection(app, owner(), id)).rejects.toMatchObject({ possibleAt });
  expect(provider.asked).toEqual(["refresh"]);
  app.advance(1);
  await refreshBankConnection(app, owner(), id);
  expect(provider.asked).toEqual(["refresh", "refresh"]);
});

test("asked by two at once, asks the provider once", async () => {
  const id = await connected();
  const both = await Promise.allSettled([
    refreshBankConnection(app, owner(), id),
    refreshBankConnection(app, viewerIn(organisation, "admin"), id),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(provider.asked).toEqual(["refresh"]);
});

test("queues syncs for when the data may be there, and a second refresh takes their places", async () => {
  const id = await connected();
  const syncs = async () =>
    (await waitingJobs(app)).filter(({ key }) => key?.endsWith(id)).map(({ runAt }) => runAt);
  await refreshBankConnection(app, owner(), id);
  expect(await syncs()).toEqual([20, 120, 600].map((seconds) => later(seconds * 1_000)));
  app.advance(hourMs);
  await refreshBankConnection(app, owner(), id);
  expect(await syncs()).toEqual([20, 120, 600].map((seconds) => later(seconds * 1_000)));
});

test("is told by the bank to wait, and passes the moment on", async () => {
  const id = await connected();
  const possibleAt = later(5 * hourMs);
  answer = async () => ({ kind: "too_soon", possibleAt });
  await expect(refreshBankConnection(app, owner(), id)).rejects.toMatchObject({ possibleAt });
  app.advance(5 * hourMs - 1);
  await expect(refreshBankConnection(app, owner(), id)).rejects.toMatchObject({ possibleAt });
  expect(provider.asked).toEqual(["refresh"]);
});

test("gives the hour back when the provider fails, but not a wait that it asks for", async () => {
  const id = await connected();
  answer = () => Promise.reject(failure("temporary"));
  await expect(refreshBankConnection(app, owner(), id)).rejects.toMatchObject({
    kind: "temporary",
  });
  expect((await rowOf(id)).refreshRequestedAt).toBeNull();
  const retryAt = later(60_000);
  answer = () => Promise.reject(failure("temporary", { retryAt }));
  await expect(refreshBankConnection(app, owner(), id)).rejects.toMatchObject({
    kind: "temporary",
  });
  await expect(refreshBankConnection(app, owner(), id)).rejects.toMatchObject({
    possibleAt: retryAt,
  });
  expect(provider.asked).toHaveLength(2);
});

test("that finds the sign-in gone says so at once", async () => {
  const id = await connected();
  answer = () => Promise.reject(failure("user_action_needed"));
  await expect(refreshBankConnection(app, owner(), id)).rejects.toThrow();
  expect(await rowOf(id)).toMatchObject({
    status: "reconnect_required",
    statusReason: "It did not work.",
  });
});

test("is refused where it cannot help, with the reason", async () => {
  const missing = await connected({ status: "reconnect_required" });
  await expect(refreshBankConnection(app, owner(), missing)).rejects.toMatchObject({
    code: "CONFLICT",
    message: "Sign in at the bank again first.",
  });
  const fixed = await connected({ provider: "fixed" });
  await expect(refreshBankConnection(app, owner(), fixed)).rejects.toMatchObject({
    message: "This provider fetches by itself and cannot be asked.",
  });
  expect(provider.asked).toEqual([]);
});

test("is in the log of who did what, and every screen is told", async () => {
  const id = await connected();
  await refreshBankConnection(app, owner(), id);
  const { audits, events } = await asOrganisation(app.database, organisation.id, async (tx) => ({
    audits: await tx.prisma.auditEntry.findMany({ where: { subjectId: id } }),
    events: await tx.prisma.event.findMany({ where: { topic: "bank_connection.changed" } }),
  }));
  expect(audits).toMatchObject([
    { action: "bank_connection.refresh_requested", actorName: owner().actor.name },
  ]);
  expect(events.map(({ payload }) => payload)).toContainEqual({ connectionId: id });
});

test("over the API answers the moment as a typed problem, and the screen's fields agree", async () => {
  const id = await connected();
  const document = `mutation ($id: ID!) {
    refreshBankConnection(id: $id) {
      __typename ... on RefreshTooSoon { code message possibleAt }
      ... on BankConnection { nextRefreshAt refreshRequestedAt actions }
    }
  }`;
  const first = await ask(app, owner(), document, { id });
  const possibleAt = later(hourMs);
  expect(first.data.refreshBankConnection).toEqual({
    __typename: "BankConnection",
    nextRefreshAt: possibleAt.toISOString(),
    refreshRequestedAt: app.now().toISOString(),
    actions: ["SYNC", "REFRESH", "REPAIR", "DISCONNECT"],
  });
  const second = await ask(app, owner(), document, { id });
  expect(second.data.refreshBankConnection).toMatchObject({
    __typename: "RefreshTooSoon",
    code: "REFRESH_TOO_SOON",
    possibleAt: possibleAt.toISOString(),
  });
  const refused = await ask(app, viewerIn(organisation, "viewer"), document, { id });
  expect(refused.data.refreshBankConnection).toEqual({ __typename: "ForbiddenProblem" });
  const query = "query ($id: ID!) { bankConnection(id: $id) { actions } }";
  const read = await ask(app, viewerIn(organisation, "viewer"), query, { id });
  expect(read.data.bankConnection.actions).toEqual([]);
});
