import { randomUUID } from "node:crypto";
import { type ExecutionResult, parse, subscribe } from "graphql";
import { beforeEach, describe, expect, it } from "vitest";
import { schema } from "../../../server/src/graphql/schema.ts";
import { PlatformFailure } from "../../../server/src/platforms/platform.ts";
import { ask, testExchange } from "../../support/ask.ts";
import type { FakePlatform } from "../../support/fake-platform.ts";
import { runJobs } from "../../support/queue.ts";
import {
  addAccount,
  addOrganisation,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";
import { linkBooks } from "./setup.ts";
import { accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds({}, { live: true });
let app: TestApp;
let platform: FakePlatform;
let organisation: WorldOrganisation;

beforeEach(async () => {
  ({ app, platform } = await worlds.begin());
  organisation = await addOrganisation(app);
});

async function as(
  role: "owner" | "accountant" | "viewer",
  source: string,
  variables: Record<string, unknown> = {},
) {
  const { data, errors } = await ask(
    app,
    viewerIn(organisation, role),
    source,
    variables,
    testExchange(),
  );
  return { data, errors };
}

const problem = "... on Problem { __typename code message }";

const start = `mutation ($platform: String!, $package: String!, $companyName: String!, $fileTarget: FileTargetInput) {
  startAccountingConnection(platform: $platform, package: $package, companyName: $companyName, fileTarget: $fileTarget) {
    ... on StartedAccountingConnection { linkUrl connection { id status companyName linkUrl actions createdBy } } ${problem} } }`;

const acorn = { platform: "fake", package: "books", companyName: "Acorn Ltd" };

describe("an accounting connection", () => {
  it("tells what can be connected, with its rules as sentences", async () => {
    const { data } = await as(
      "viewer",
      `{ accountingPlatforms { name label isSandbox packages { platform name label connectionMethod mapsThere readsBack
         hasDocuments takesPayments needsFileTarget fileTargets rules } } }`,
    );
    expect(data.accountingPlatforms).toEqual([
      {
        ...{ name: "fake", label: "Fake Books", isSandbox: true },
        packages: [
          {
            ...{ platform: "fake", name: "books", label: "Books", mapsThere: false },
            ...{ connectionMethod: "Sign in to Books.", readsBack: true, hasDocuments: true },
            ...{ takesPayments: true, needsFileTarget: false, fileTargets: [] },
            rules: expect.arrayContaining(["Nothing that was booked more than a year ago."]),
          },
        ],
      },
    ]);
  });

  it("is begun, completed with what the browser came back with, and given up", async () => {
    const { data } = await as("accountant", start, acorn);
    const { linkUrl, connection } = data.startAccountingConnection;
    expect(connection).toMatchObject({ status: "PENDING", companyName: "Acorn Ltd", linkUrl });
    expect(connection.actions).toEqual(["CONTINUE", "REFRESH", "DISCONNECT"]);
    platform.link = { status: "linked", companyName: "Acorn Limited", nextUrl: null, reason: null };
    const complete = `mutation ($query: String!) { completeAccountingConnection(query: $query) {
      ... on AccountingConnection { id status companyName linkUrl package { label } } ${problem} } }`;
    const forged = await as("accountant", complete, { query: `?state=${connection.id}.forged` });
    expect(forged.data.completeAccountingConnection.__typename).toMatch(/Problem$/);
    const state = new URL(linkUrl).searchParams.get("state");
    const completed = await as("accountant", complete, { query: `?state=${state}` });
    expect(completed.data.completeAccountingConnection).toEqual({
      ...{ id: connection.id, status: "LINKED", companyName: "Acorn Limited", linkUrl: null },
      package: { label: "Books" },
    });
    const { data: gone } = await as(
      "accountant",
      `mutation ($id: ID!) { disconnectAccountingConnection(id: $id) {
        ... on AccountingConnection { status actions } ${problem} } }`,
      { id: connection.id },
    );
    expect(gone.disconnectAccountingConnection).toEqual({ status: "DISCONNECTED", actions: [] });
    const list = "query ($all: Boolean) { accountingConnections(disconnected: $all) { id } }";
    expect((await as("viewer", list)).data.accountingConnections).toEqual([]);
    expect((await as("viewer", list, { all: true })).data.accountingConnections).toEqual([
      { id: connection.id },
    ]);
  });

  it("shows its page and what can be done to nobody who may not do it", async () => {
    await as("accountant", start, acorn);
    const { data } = await as(
      "viewer",
      "{ accountingConnections { linkUrl actions companyName feeds { id } documents { pulled problems } } }",
    );
    expect(data.accountingConnections).toEqual([
      {
        ...{ linkUrl: null, actions: [], companyName: "Acorn Ltd", feeds: [] },
        documents: { pulled: 0, problems: 0 },
      },
    ]);
  });

  it("says what the platform could not do, in a mutation and in a query", async () => {
    platform.away.calls = 1;
    const { data } = await as("accountant", start, acorn);
    expect(data.startAccountingConnection).toMatchObject({ __typename: "PlatformProblem" });
    const connectionId = await linkBooks(app, platform, organisation);
    platform.away.calls = 1;
    const targets =
      "query ($id: ID!) { accountingTargets(connectionId: $id) { externalId name number currency fedBy { id } } }";
    const away = await as("accountant", targets, { id: connectionId });
    expect(away.errors).toEqual([{ code: "PLATFORM_FAILURE", message: "The platform is busy." }]);
    const there = await as("accountant", targets, { id: connectionId });
    expect(there.data.accountingTargets[0]).toEqual({
      ...{ externalId: "target-1", name: "Business account", number: "1200", currency: "GBP" },
      fedBy: null,
    });
  });

  it("asks for what a place for files needs", async () => {
    const sftp = { kind: "SFTP", host: "files.example", user: "tieout", password: " p " };
    const { data } = await as("accountant", start, { ...acorn, fileTarget: sftp });
    expect(data.startAccountingConnection).toMatchObject({
      ...{ code: "INVALID_INPUT", message: "Give the SHA-256 of the server's key." },
    });
    let given: unknown = null;
    platform.startLink = async ({ target }) => {
      given = target;
      throw new PlatformFailure({ kind: "rejected", message: "Not there.", detail: "test" });
    };
    await as("accountant", start, { ...acorn, fileTarget: { ...sftp, hostKey: "abc=" } });
    expect(given).toEqual({
      ...{ kind: "sftp", host: "files.example", port: 22, user: "tieout", password: " p " },
      ...{ folder: "", hostKey: "abc=" },
    });
  });
});

describe("who may do what", () => {
  const changes: [string, string][] = [
    ["refreshAccountingConnection", "id: $id"],
    ["reconnectAccountingConnection", "id: $id"],
    ["disconnectAccountingConnection", "id: $id"],
    ["setAccountingOptions", "id: $id, pullsDocuments: true"],
    ["pullAccountingDocuments", "id: $id"],
    [
      "openFeed",
      'connectionId: $id, accountId: $id, feedStartOn: "2026-08-01", pushMode: MANUAL, target: { new: "A" }',
    ],
    ["changeFeed", "id: $id, pushMode: MANUAL"],
    ["closeFeed", "id: $id"],
    ["pushFeed", "id: $id"],
    ["checkFeed", "id: $id"],
    ["retryPush", "operationId: $id"],
    ["reviseFeedLine", 'feedId: $id, transactionId: $id, description: "A"'],
    ["leaveOutFeedLine", 'feedId: $id, transactionId: $id, reason: "A"'],
    ["putBackFeedLine", "feedId: $id, transactionId: $id"],
    ["sendPayments", "offerIds: [$id]"],
    ["withdrawPayments", "offerIds: [$id]"],
  ];

  it.each(changes)("%s needs accounting:manage, and knows no strangers", async (name, args) => {
    const source = `mutation ($id: ID!) { ${name}(${args}) { __typename ... on ForbiddenProblem { permission } } }`;
    const id = randomUUID();
    const { data: refused } = await as("viewer", source, { id });
    expect(refused[name]).toEqual({
      ...{ __typename: "ForbiddenProblem", permission: "accounting:manage" },
    });
    const { data: absent } = await as("accountant", source, { id });
    expect(absent[name]).toEqual({ __typename: "NotFoundProblem" });
  });

  it("hides what a stranger has, as what does not exist", async () => {
    const connectionId = await linkBooks(app, platform, organisation);
    const stranger = viewerIn(await addOrganisation(app));
    const source = `query ($id: ID!) { accountingConnection(id: $id) { id } feedAccount(id: $id) { id }
      pushOperation(id: $id) { id } }`;
    const nothing = { accountingConnection: null, feedAccount: null, pushOperation: null };
    for (const id of [connectionId, randomUUID(), "no id"]) {
      expect((await ask(app, stranger, source, { id })).data).toEqual(nothing);
    }
    const { errors } = await ask(
      app,
      stranger,
      "query ($id: ID!) { paymentOffers(connectionId: $id) { nodes { id } } }",
      { id: connectionId },
    );
    expect(errors[0]?.code).toBe("NOT_FOUND");
  });
});

it("opens a feed into a new account or one that is there, and refuses one choice too many", async () => {
  const connectionId = await linkBooks(app, platform, organisation);
  const open = `mutation ($connectionId: ID!, $accountId: ID!, $target: FeedTargetInput) {
    openFeed(connectionId: $connectionId, accountId: $accountId, target: $target, feedStartOn: "2026-08-01",
      pushMode: SCHEDULED, pushEveryHours: 6) {
      ... on FeedAccount { id status targetName targetIsNew pushMode pushEveryHours nextPushAt account { id }
        connection { id } } ${problem} } }`;
  const accountId = await addAccount(app, organisation.id, null, {
    ...{ externalId: null, path: "manual_upload", uploadsFrom: new Date("2026-11-01T00:00:00Z") },
    institutionName: "Bank of Tests",
  });
  const opened = (target: unknown) =>
    as("accountant", open, { connectionId, accountId, target }).then(({ data }) => data.openFeed);
  expect(await opened({ existing: "target-1", new: "Mine" })).toMatchObject({
    code: "INVALID_INPUT",
  });
  expect(await opened({ existing: "nowhere" })).toMatchObject({ code: "INVALID_INPUT" });
  expect(await opened({ existing: "target-1" })).toMatchObject({
    ...{ status: "CONNECTED", targetName: "Business account", targetIsNew: false },
    ...{ pushMode: "SCHEDULED", pushEveryHours: 6, nextPushAt: "2026-11-20T15:30:00.000Z" },
    ...{ account: { id: accountId }, connection: { id: connectionId } },
  });
  expect(await opened({ new: "Another" })).toMatchObject({ code: "CONFLICT" });
});

it("tells of one connection's changes to who follows it, and of nobody else's", async () => {
  const first = await linkBooks(app, platform, organisation);
  const second = await linkBooks(app, platform, organisation);
  const after = (await app.hub.cursor(organisation.id)).toString(36);
  const followed = await subscribe({
    schema,
    document:
      parse(`subscription ($after: Cursor, $id: ID) { accountingChanged(after: $after, connectionId: $id) {
      refetch connections { id pullsDocuments } feeds { id } operations { id } } }`),
    variableValues: { after, id: second.toUpperCase() },
    contextValue: { app, viewer: viewerIn(organisation, "viewer"), http: null },
  });
  const stream = followed as AsyncGenerator<ExecutionResult>;
  const told = stream.next();
  for (const id of [first, second]) {
    await as(
      "accountant",
      "mutation ($id: ID!) { setAccountingOptions(id: $id, pullsDocuments: true) { __typename } }",
      { id },
    );
  }
  expect(((await told).value as ExecutionResult).data?.accountingChanged).toEqual({
    ...{ refetch: false, feeds: [], operations: [] },
    connections: [{ id: second, pullsDocuments: true }],
  });
  await stream.return(undefined);
  expect(await runJobs(app)).toEqual([]);
});
