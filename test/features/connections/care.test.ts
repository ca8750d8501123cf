import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nextScheduledSync } from "../../../server/src/core/sync-schedule.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { sqlOver } from "../../../server/src/db/sql.ts";
import { listAnnouncements } from "../../../server/src/features/announcements/list-announcements.ts";
import { careForConnections } from "../../../server/src/features/connections/care-for-connections.ts";
import { sealLinkToken } from "../../../server/src/features/connections/link-token.ts";
import { listConnections } from "../../../server/src/features/connections/read-connections.ts";
import { scheduleSync } from "../../../server/src/features/connections/schedule-sync.ts";
import type { ConsentOutcome, ProviderConnection } from "../../../server/src/providers/provider.ts";
import { ask } from "../../support/ask.ts";
import { connectionOf } from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { bringForward, runJobs, waitingJobs } from "../../support/queue.ts";
import { addScriptedConnection } from "../../support/scripted-connection.ts";
import { failure, scriptedProvider } from "../../support/scripted-provider.ts";
import {
  addConnection,
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let known: ProviderConnection;
let outcome: () => Promise<ConsentOutcome>;

const unknown: ProviderConnection = {
  externalId: "scripted",
  institutionId: null,
  consentExpiresAt: null,
  successfullyAggregatedAt: null,
  failure: null,
};

beforeAll(async () => {
  database = await createTestDatabase();
});

beforeEach(async () => {
  const provider = scriptedProvider({
    fetchConnection: async () => known,
    completeConsent: () => outcome(),
  });
  app = await createTestApp(database.serverUrl, { providers: [provider], now: new Date() });
  organisation = await addOrganisation(app);
  known = unknown;
  outcome = async () => ({ kind: "unfinished" });
  await app.database.pool.query("DELETE FROM graphile_worker._private_jobs");
});

afterEach(() => app.close());

afterAll(() => database.drop());

const at = (ms: number) => new Date(app.now().getTime() + ms);
const rowOf = (id: string) => connectionOf(app, organisation.id, id);
const connected = (values = {}) =>
  addScriptedConnection(app, organisation.id, { nextSyncAt: at(dayMs), ...values });
const jobsOf = async (id: string) =>
  (await waitingJobs(app))
    .filter(({ key }) => key?.endsWith(id))
    .map(({ key }) => key)
    .sort();
const told = async () =>
  (await listAnnouncements(app, viewerIn(organisation))).map(({ kind, occasion }) => [
    kind,
    occasion,
  ]);
const dueOf = async (id: string) => {
  const due = await sqlOver(app.database.pool).query<{ connection_id: string }>(
    "SELECT connection_id FROM connections_due($1, $2, 1000)",
    [app.now(), JSON.stringify({ scripted: 6 })],
  );
  return due.some(({ connection_id }) => connection_id === id);
};
const timeline = (id: string) =>
  asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.connectionStatusChange.findMany({
      where: { connectionId: id },
      orderBy: { id: "asc" },
    }),
  );

describe("a schedule", () => {
  test("whose job was lost is taken up again, once", async () => {
    const id = await connected({ nextSyncAt: at(-6 * minuteMs) });
    await careForConnections(app);
    expect(await jobsOf(id)).toEqual([`sync-later:${id}`, `sync:${id}`]);
    expect((await rowOf(id)).nextSyncAt).toEqual(nextScheduledSync(app.now(), 6, id));
    expect(await dueOf(id)).toBe(false);
  });

  test("goes on by itself, whether the sync succeeds or not", async () => {
    const id = await connected({ nextSyncAt: null });
    await scheduleSync(app, { organisationId: organisation.id, connectionId: id });
    expect(await jobsOf(id)).toEqual([`sync-later:${id}`, `sync:${id}`]);
    await scheduleSync(app, { organisationId: organisation.id, connectionId: id });
    expect(await jobsOf(id)).toHaveLength(2);
  });

  test("is left alone where a person is needed, and of another organisation it is cared for too", async () => {
    const id = await connected({ nextSyncAt: at(-dayMs), status: "reconnect_required" });
    const others = await addOrganisation(app);
    const theirs = await addScriptedConnection(app, others.id, { nextSyncAt: at(-dayMs) });
    await careForConnections(app);
    expect(await jobsOf(id)).toEqual([]);
    expect(await jobsOf(theirs)).toContain(`sync:${theirs}`);
  });
});

describe("a sign-in that nobody finished", () => {
  const begun = (values = {}) => {
    const id = newId();
    const owner = { organisationId: organisation.id, connectionId: id };
    return addConnection(app, organisation.id, {
      id,
      provider: "scripted",
      status: "in_progress",
      externalId: null,
      linkToken: sealLinkToken(app.config.tokenKeys, owner, "link-token"),
      linkUrl: "https://bank.example/sign-in",
      linkExpiresAt: at(-minuteMs),
      ...values,
    });
  };

  test("is asked about once more, and taken up when it was finished after all", async () => {
    const id = await begun();
    outcome = async () => ({ kind: "completed", credential: "late", externalId: `late-${id}` });
    await careForConnections(app);
    expect(await runJobs(app)).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ status: "active", externalId: `late-${id}` });
  });

  test("goes back to pending, with the cause, when it was not", async () => {
    const id = await begun();
    await careForConnections(app);
    expect(await runJobs(app)).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ status: "pending", linkToken: null, linkUrl: null });
    expect(await timeline(id)).toMatchObject([
      { cause: "consent_abandoned", reason: "The sign-in at the bank was not completed." },
    ]);
    expect(await dueOf(id)).toBe(false);
  });

  test("is given up after two hours of a provider that is down, and not before", async () => {
    const id = await begun();
    outcome = () => Promise.reject(failure("temporary"));
    await careForConnections(app);
    expect(await runJobs(app)).toEqual(["It did not work."]);
    expect((await rowOf(id)).linkToken).not.toBeNull();
    app.advance(2 * 60 * minuteMs);
    await careForConnections(app);
    expect(await rowOf(id)).toMatchObject({ status: "pending", linkToken: null });
    await bringForward(app);
    await runJobs(app);
    expect(await jobsOf(id)).toEqual([]);
  });

  test("and begun a week ago is tidied away, with the cause, and leaves no ghost", async () => {
    const id = await begun({
      status: "pending",
      linkToken: null,
      linkUrl: null,
      linkExpiresAt: null,
      createdAt: at(-8 * dayMs),
    });
    await careForConnections(app);
    expect(await rowOf(id)).toMatchObject({ status: "deleted", deletedAt: app.now() });
    expect(await timeline(id)).toMatchObject([{ toStatus: "deleted", cause: "never_completed" }]);
    const shown = await listConnections(app, viewerIn(organisation), { includeDeleted: false });
    expect(shown.map((connection) => connection.id)).not.toContain(id);
  });
});

describe("a consent", () => {
  test("whose end has passed asks for a person, and says why in the timeline", async () => {
    const id = await connected({ consentExpiresAt: at(-1) });
    known = { ...unknown, consentExpiresAt: at(-1) };
    await careForConnections(app);
    expect(await runJobs(app)).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ status: "reconnect_required" });
    const query = `query ($id: ID!) {
      bankConnection(id: $id) { nextStep statusChanges { cause sentence reason } consentDaysLeft }
    }`;
    const { data } = await ask(app, viewerIn(organisation), query, { id });
    expect(data.bankConnection).toEqual({
      nextStep: "Sign in at the bank again to let new transactions arrive.",
      statusChanges: [
        {
          cause: "consent_expired",
          sentence: "The consent at the bank has ended.",
          reason: "The consent at the bank has ended.",
        },
      ],
      consentDaysLeft: 0,
    });
  });

  test("that the provider knows to last longer stays as it is", async () => {
    const id = await connected({ consentExpiresAt: at(-1) });
    known = { ...unknown, consentExpiresAt: at(90 * dayMs) };
    await careForConnections(app);
    expect(await runJobs(app)).toEqual([]);
    expect(await rowOf(id)).toMatchObject({
      status: "active",
      consentExpiresAt: at(90 * dayMs),
    });
  });

  test("that ends soon is told once for each end, and settled when it is prolonged", async () => {
    const id = await connected({ consentExpiresAt: at(10 * dayMs) });
    await careForConnections(app);
    await careForConnections(app);
    expect(await told()).toEqual([
      [
        "consent_ending",
        at(10 * dayMs)
          .toISOString()
          .slice(0, 10),
      ],
    ]);
    expect(await dueOf(id)).toBe(false);
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.bankConnection.updateMany({ data: { consentExpiresAt: at(90 * dayMs) } }),
    );
    expect(await dueOf(id)).toBe(true);
    await careForConnections(app);
    expect(await told()).toEqual([]);
    expect(await dueOf(id)).toBe(false);
  });
});

test("a stale connection is told of until something is fetched again", async () => {
  const since = at(-19 * 60 * minuteMs);
  const id = await connected({ successfullyAggregatedAt: since });
  await careForConnections(app);
  expect(await told()).toEqual([["connection_stale", since.toISOString()]]);
  expect(await dueOf(id)).toBe(false);
  await asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.bankConnection.updateMany({ data: { successfullyAggregatedAt: app.now() } }),
  );
  await careForConnections(app);
  expect(await told()).toEqual([]);
  expect(await dueOf(id)).toBe(false);
});

test("a provider that limits everything pauses all of its connections, spread when they come back", async () => {
  const retryAt = at(10 * minuteMs);
  const provider = scriptedProvider({
    fetchPage: () => Promise.reject(failure("temporary", { retryAt, scope: "provider" })),
  });
  const limited = await createTestApp(database.serverUrl, {
    providers: [provider],
    now: new Date(),
  });
  const ids = await Promise.all([connected(), connected(), connected()]);
  for (const id of ids) {
    await scheduleSync(limited, { organisationId: organisation.id, connectionId: id });
  }
  await runJobs(limited);
  expect(provider.asked.filter((operation) => operation === "fetchPage")).toHaveLength(1);
  const waiting = (await waitingJobs(limited)).filter(({ name }) => name === "syncConnection");
  expect(waiting).toHaveLength(3);
  expect(new Set(waiting.map(({ runAt }) => runAt.getTime())).size).toBe(3);
  for (const { runAt } of waiting) {
    expect(runAt.getTime()).toBeGreaterThanOrEqual(retryAt.getTime());
    expect(runAt.getTime()).toBeLessThan(retryAt.getTime() + minuteMs);
  }
  for (const id of ids) expect((await rowOf(id)).status).toBe("active");
  await limited.database.pool.query("DELETE FROM provider_pause");
  await limited.close();
});
