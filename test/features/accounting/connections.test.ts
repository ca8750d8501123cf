import { beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { careForAccounting } from "../../../server/src/features/accounting/care-for-accounting.ts";
import { changeFeed } from "../../../server/src/features/accounting/change-feed.ts";
import { completeAccountingConnection } from "../../../server/src/features/accounting/complete-accounting-connection.ts";
import { disconnectAccountingConnection } from "../../../server/src/features/accounting/disconnect-accounting-connection.ts";
import {
  listAccountingConnections,
  readAccountingConnections,
} from "../../../server/src/features/accounting/read-accounting-connections.ts";
import { readFeeds } from "../../../server/src/features/accounting/read-feeds.ts";
import { readFilesPlace } from "../../../server/src/features/accounting/read-files-place.ts";
import { receivePlatformWebhook } from "../../../server/src/features/accounting/receive-webhook.ts";
import { refreshAccountingConnection } from "../../../server/src/features/accounting/refresh-accounting-connection.ts";
import { setAccountingOptions } from "../../../server/src/features/accounting/set-accounting-options.ts";
import { startAccountingConnection } from "../../../server/src/features/accounting/start-accounting-connection.ts";
import type { Role } from "../../../server/src/generated/prisma/enums.ts";
import type { FakePlatform } from "../../support/fake-platform.ts";
import { runJobs, waitingJobs } from "../../support/queue.ts";
import { addOrganisation, type TestApp, viewerIn } from "../../support/world.ts";
import { invoice } from "./documents-and-offers.ts";
import { addLines, feedBooks, statesOf } from "./setup.ts";
import { accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds();
let app: TestApp;
let platform: FakePlatform;
const hour = 60 * 60_000;

beforeEach(async () => {
  ({ app, platform } = await worlds.begin());
});

describe("access to a company's books", () => {
  const start = async () => {
    const viewer = viewerIn(await addOrganisation(app));
    const started = await startAccountingConnection(app, viewer, {
      ...{ platform: "fake", package: "books", companyName: "Acorn Ltd" },
    });
    const state = new URL(started.linkUrl ?? "").searchParams.get("state") ?? "";
    return { viewer, state, ...started };
  };

  test("is taken up once the browser is back, with what the package calls the company", async () => {
    const { viewer, state, connection } = await start();
    expect(connection.status).toBe("pending");
    platform.link = { status: "linked", companyName: "Acorn Limited", nextUrl: null, reason: null };
    const completed = await completeAccountingConnection(app, viewer, `?state=${state}`);
    expect(completed).toMatchObject({
      status: "linked",
      companyName: "Acorn Limited",
      linkUrl: null,
    });
    expect(await completeAccountingConnection(app, viewer, `?state=${state}`)).toEqual(completed);
  });

  test("is not taken up with another sign-in's answer, nor by another organisation", async () => {
    const { viewer, connection, state } = await start();
    const other = await start();
    platform.link = { status: "linked", companyName: null, nextUrl: null, reason: null };
    await expect(
      completeAccountingConnection(app, viewer, `?state=${connection.id}.guessed`),
    ).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(
      completeAccountingConnection(app, other.viewer, `?state=${state}`),
    ).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    const [seen] = await listAccountingConnections(app, viewer, { disconnected: false });
    expect(seen?.status).toBe("pending");
  });

  test("that was lost has to be granted again, and says why", async () => {
    const { organisation, connectionId } = await feedBooks(app, platform);
    const reason = "Access was withdrawn in Books.";
    platform.link = {
      status: "pending",
      companyName: null,
      nextUrl: "https://link.example/again",
      reason,
    };
    app.advance(7 * hour);
    await careForAccounting(app);
    expect(await runJobs(app)).toEqual([]);
    const found = await readAccountingConnections(app, viewerIn(organisation), [connectionId]);
    expect(found.get(connectionId)).toMatchObject({
      ...{ status: "reconnect_required", statusReason: reason },
      linkUrl: "https://link.example/again",
    });
  });

  test("ends at once here, and at the platform by itself, however often that is away", async () => {
    const { organisation, connectionId, feed } = await feedBooks(app, platform);
    const viewer = viewerIn(organisation);
    platform.away.calls = 1;
    const ended = await disconnectAccountingConnection(app, viewer, connectionId);
    expect(ended.status).toBe("disconnected");
    expect((await readFeeds(app, viewer, [feed.id])).get(feed.id)?.status).toBe("disconnected");
    await runJobs(app);
    await runJobs(app, { due: true });
    expect(platform.calls.filter((call) => call === "unlink")).toHaveLength(2);
    expect(await listAccountingConnections(app, viewer, { disconnected: false })).toEqual([]);
    expect(await listAccountingConnections(app, viewer, { disconnected: true })).toHaveLength(1);
  });
});

describe("what a file target signs on with", () => {
  test("is sealed, opens for the platform's calls alone, and is wiped when access is given up", async () => {
    const secret = "correct horse battery staple";
    platform.startLink = async () => ({
      ...{ kind: "granted", companyExternalId: "folder-1", externalId: "folder-1" },
      credential: secret,
    });
    platform.link = { status: "linked", companyName: null, nextUrl: null, reason: null };
    const organisation = await addOrganisation(app);
    const viewer = viewerIn(organisation);
    const { connection, linkUrl } = await startAccountingConnection(app, viewer, {
      ...{ platform: "fake", package: "books", companyName: "Files Ltd" },
    });
    expect(linkUrl).toBeNull();
    expect(connection.status).toBe("linked");
    const told: (string | null)[] = [];
    const look = platform.fetchLink;
    platform.fetchLink = async (link, state) => {
      told.push(link.credential);
      return look(link, state);
    };
    const [{ key: oldKey } = { key: "" }] = await rowsOf(organisation.id);
    await refreshAccountingConnection(app, viewer, connection.id);
    const rotated = Buffer.alloc(32, 9);
    const tokenKeys = [{ id: "demo-next", key: rotated }, ...app.config.tokenKeys];
    const next = { ...app, config: { ...app.config, tokenKeys } };
    await refreshAccountingConnection(next, viewer, connection.id);
    expect((await rowsOf(organisation.id))[0]?.key).toBe("demo-next");
    expect(oldKey).not.toBe("demo-next");
    await refreshAccountingConnection(next, viewer, connection.id);
    expect(told).toEqual([secret, secret, secret]);
    expect((await rowsOf(organisation.id))[0]?.all).not.toContain(
      Buffer.from(secret).toString("hex"),
    );
    await disconnectAccountingConnection(next, viewer, connection.id);
    await runJobs(next);
    expect(await rowsOf(organisation.id)).toMatchObject([{ key: null }]);
  });

  test("says where the files are to who may manage them, and to nobody once the sign-in cannot be opened", async () => {
    const credential = "kept by the platform";
    platform.startLink = async () => ({
      ...{ kind: "granted", companyExternalId: "server-1", externalId: "server-1" },
      credential,
    });
    platform.placeOf = (link) => link.credential && "sftp://books@files.example/in";
    const organisation = await addOrganisation(app);
    const { connection } = await startAccountingConnection(app, viewerIn(organisation), {
      ...{ platform: "fake", package: "books", companyName: "Files Ltd" },
    });
    const placeFor = (as: TestApp, role: Role) =>
      readFilesPlace(as, viewerIn(organisation, role), connection.id);
    expect(await placeFor(app, "admin")).toBe("sftp://books@files.example/in");
    expect(await placeFor(app, "viewer")).toBeNull();
    const stranger = await addOrganisation(app);
    expect(await readFilesPlace(app, viewerIn(stranger), connection.id)).toBeNull();
    const tokenKeys = [{ id: "another", key: Buffer.alloc(32, 3) }];
    const withoutKey = { ...app, config: { ...app.config, tokenKeys } };
    expect(await placeFor(withoutKey, "admin")).toBeNull();
    await disconnectAccountingConnection(app, viewerIn(organisation), connection.id);
    await runJobs(app);
    expect(await placeFor(app, "admin")).toBeNull();
  });

  const rowsOf = (organisationId: string) =>
    asOrganisation(app.database, organisationId, (tx) =>
      tx.query<{ key: string | null; all: string }>(
        "SELECT credential_key_id AS key, encode(c::text::bytea, 'hex') || c::text AS all FROM accounting_connection c",
      ),
    );
});

describe("a platform's webhook", () => {
  const deliver = (body: object, signature = "good") =>
    receivePlatformWebhook(app, "fake", {
      ...{ headers: { signature }, body: Buffer.from(JSON.stringify(body)), receivedAt: app.now() },
    });

  test("about a push that has ended is taken once, and lets the next batch go at once", async () => {
    const books = await feedBooks(app, platform);
    await addLines(app, books, 150);
    platform.faults.push({ kind: "taken", looks: 99 });
    // Jobs for later are for later.
    app.advance(Date.now() - app.now().getTime());
    await changeFeed(app, viewerIn(books.organisation), books.feed.id, {
      pushMode: "scheduled",
      pushEveryHours: 1,
    });
    app.advance(hour);
    await careForAccounting(app);
    await runJobs(app);
    expect(await statesOf(app, books)).toEqual({ under_way: 100 });
    const [push] = platform.pushes;
    if (push) push.looks = 1;
    const company = `company-${books.connectionId}`;
    const fact = { kind: "push_ended", externalKey: push?.end.externalKey };
    expect(await deliver({ id: "1", company, fact }, "bad")).toEqual({ status: 401 });
    expect(await deliver({ id: "1", company: "nobody", fact })).toEqual({ status: 200 });
    expect((await waitingJobs(app)).some(({ name }) => name === "handlePlatformWebhook")).toBe(
      false,
    );
    expect(await deliver({ id: "1", company, fact })).toEqual({ status: 200 });
    expect(await deliver({ id: "1", company, fact })).toEqual({ status: 200 });
    const handlers = (await waitingJobs(app)).filter(
      ({ name }) => name === "handlePlatformWebhook",
    );
    expect(handlers).toHaveLength(1);
    await runJobs(app);
    expect(await statesOf(app, books)).toEqual({ pushed: 150 });
  });

  test("about the access asks how it stands", async () => {
    const books = await feedBooks(app, platform);
    platform.link = {
      status: "reconnect_required",
      companyName: null,
      nextUrl: null,
      reason: "Withdrawn.",
    };
    await deliver({
      id: "2",
      company: `company-${books.connectionId}`,
      fact: { kind: "link_changed" },
    });
    await runJobs(app);
    const [seen] = await listAccountingConnections(app, viewerIn(books.organisation), {
      disconnected: false,
    });
    expect(seen).toMatchObject({ status: "reconnect_required", statusReason: "Withdrawn." });
  });

  test("about documents has them pulled at once, and ever later where its word leads to nothing", async () => {
    const books = await feedBooks(app, platform);
    const viewer = viewerIn(books.organisation);
    app.advance(Date.now() - app.now().getTime());
    await setAccountingOptions(app, viewer, books.connectionId, { pullsDocuments: true });
    await runJobs(app);
    let delivered = 10;
    /** @returns how many seconds after the last pull the next one is to come; null where it was there already */
    const told = async (): Promise<number | null> => {
      delivered += 1;
      await deliver({
        id: String(delivered),
        company: `company-${books.connectionId}`,
        fact: { kind: "documents_changed" },
      });
      await runJobs(app);
      const next = (await waitingJobs(app)).find(({ name }) => name === "pullDocuments");
      const [seen] = await listAccountingConnections(app, viewer, { disconnected: false });
      if (next === undefined) return null;
      return (next.runAt.getTime() - (seen?.documentsPulledAt?.getTime() ?? 0)) / 1_000;
    };
    expect(await told()).toBeNull();
    expect(await told()).toBe(15);
    // Saying so again neither hastens it nor puts it off.
    expect(await told()).toBe(15);
    await runJobs(app, { due: true });
    expect(await told()).toBe(30);
    platform.documents = [invoice()];
    await runJobs(app, { due: true });
    expect(await told()).toBeNull();
  });
});
