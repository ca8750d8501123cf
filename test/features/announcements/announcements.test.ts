import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import {
  announce,
  type NewAnnouncement,
} from "../../../server/src/features/announcements/announce.ts";
import { type Settlement, settle } from "../../../server/src/features/announcements/settle.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;
let connectionId: string;
let accountId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  connectionId = await addConnection(app, organisation.id);
  accountId = await addAccount(app, organisation.id, connectionId, { name: "Rent account" });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const tell = (announcement: Omit<NewAnnouncement, "at">) =>
  asOrganisation(app.database, organisation.id, (tx) =>
    announce(tx, { ...announcement, at: app.now() } as NewAnnouncement),
  );
const over = (settlement: Omit<Settlement, "at">) =>
  asOrganisation(app.database, organisation.id, (tx) =>
    settle(tx, { ...settlement, at: app.now() } as Settlement),
  );
const ending = (occasion = "2026-12-04") => ({
  kind: "consent_ending" as const,
  connectionId,
  occasion,
});
const due = (occasion = "2026-10-01") => ({ kind: "statement_due" as const, accountId, occasion });

const query = "{ announcements { id kind sentence connection { id } account { id } announcedAt } }";
const open = async (role: "owner" | "viewer" = "viewer") =>
  (await ask(app, viewerIn(organisation, role), query)).data.announcements;
const eventsCount = () =>
  asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.event.count({ where: { topic: "announcements.changed" } }),
  );

test("tells once for each occasion, of connections and of accounts", async () => {
  expect(await tell(ending())).toBe(true);
  expect(await tell(ending())).toBe(false);
  app.advance(1_000);
  expect(await tell(due())).toBe(true);
  expect(await tell(due())).toBe(false);
  expect(await tell({ ...due(), kind: "statement_late" })).toBe(true);
  expect(await eventsCount()).toBe(3);
  const told = await open();
  expect(told.at(-1)).toMatchObject({
    kind: "CONSENT_ENDING",
    sentence: "The consent at Bank of Tests ends on 4 December 2026: sign in again before.",
    connection: { id: connectionId },
    account: null,
  });
  expect(told[0]).toMatchObject({
    sentence: expect.stringContaining("Rent account for October 2026"),
    account: { id: accountId },
    connection: null,
  });
});

test("by two at once tells once", async () => {
  const both = await Promise.all([tell(ending()), tell(ending())]);
  expect(both.sort()).toEqual([false, true]);
  expect(await eventsCount()).toBe(1);
});

test("settles what has no reason any more, and only that", async () => {
  await tell(ending("2026-12-04"));
  await tell(ending("2027-03-04"));
  await tell(due());
  expect(await over({ connectionId, kinds: ["connection_stale"] })).toBe(0);
  expect(
    await over({ connectionId, kinds: ["consent_ending"], exceptOccasions: ["2027-03-04"] }),
  ).toBe(1);
  expect((await open()).map(({ kind }: { kind: string }) => kind)).toEqual([
    "STATEMENT_DUE",
    "CONSENT_ENDING",
  ]);
  expect(await over({ accountId, occasions: ["2026-10-01"] })).toBe(1);
  expect(await over({ accountId })).toBe(0);
  expect(await tell(ending("2026-12-04"))).toBe(false);
});

test("is dismissed by who may manage connections, once, with an entry in the log", async () => {
  await tell(ending());
  const [{ id }] = await open();
  const dismiss = `mutation ($id: ID!) {
    dismissAnnouncement(id: $id) { __typename ... on Announcement { id } ... on Problem { code } }
  }`;
  const refused = await ask(app, viewerIn(organisation, "viewer"), dismiss, { id });
  expect(refused.data.dismissAnnouncement.code).toBe("FORBIDDEN");
  for (const owner of [viewerIn(organisation), viewerIn(organisation)]) {
    const { data } = await ask(app, owner, dismiss, { id });
    expect(data.dismissAnnouncement).toEqual({ __typename: "Announcement", id });
  }
  expect(await open()).toEqual([]);
  const audits = await asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.auditEntry.count({ where: { action: "announcement.dismissed" } }),
  );
  expect(audits).toBe(1);
  expect(await tell(ending())).toBe(false);
});
