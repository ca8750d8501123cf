/** The whole way over HTTP: a server with its worker, its API and its live events, and the sandbox's Codat behind it. */
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { createCodatPlatform } from "../../../server/src/platforms/codat/platform.ts";
import { PlatformRegistry } from "../../../server/src/platforms/registry.ts";
import type { RunningServer } from "../../../server/src/start-server.ts";
import { today } from "../../sandbox/bank.ts";
import { openCodat } from "../../sandbox/codat-client.ts";
import { allowBooks } from "../../support/codat-link.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { post, startTestServer } from "../../support/test-server.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addSession,
  type TestApp,
} from "../../support/world.ts";
import { addLines } from "./setup.ts";

let database: TestDatabase;
const firstDay = addDays(localDate(today), -89);

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

async function start() {
  const codat = await openCodat();
  const platform = createCodatPlatform({
    ...{ apiKey: "sandbox-codat-key", baseUrl: `${codat.bank.url}/codat`, webhookSecrets: [] },
    environment: "simulated",
  });
  const begun = Date.now();
  const now = () => new Date(Date.parse(`${today}T12:00:00Z`) + Date.now() - begun);
  const platforms = new PlatformRegistry([platform]);
  const server = await startTestServer(database.serverUrl, {}, { worker: true, platforms, now });
  onTestFinished(() => server.stop());
  const organisation = await addOrganisation(server.app);
  const session = await addSession(server.app, organisation.people.accountant.id, organisation.id);
  const headers = { cookie: `tieout=${session}` };
  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    const { body } = await post(server, query, { headers, variables });
    expect(body.errors ?? []).toEqual([]);
    return body.data;
  };
  return { codat, server, organisation, headers, ask };
}

const problem = "... on Problem { code message }";

test("books are connected, fed, a refused batch is mended and pushed again, and what arrived agrees", async () => {
  const { codat, server, organisation, headers, ask } = await start();
  const { startAccountingConnection: started } = await ask(
    `mutation { startAccountingConnection(platform: "codat", package: "xero", companyName: "Harbour & Vale Ltd") {
      ... on StartedAccountingConnection { linkUrl connection { id } } ${problem} } }`,
  );
  const back = await allowBooks(started.linkUrl);
  const { completeAccountingConnection: connection } = await ask(
    `mutation ($query: String!) { completeAccountingConnection(query: $query) {
      ... on AccountingConnection { id status package { label readsBack } } ${problem} } }`,
    { query: new URL(back ?? "").search },
  );
  expect(connection).toEqual({
    ...{ id: started.connection.id, status: "LINKED" },
    package: { label: "Xero", readsBack: true },
  });
  const { accountingTargets: targets } = await ask(
    "query ($id: ID!) { accountingTargets(connectionId: $id) { externalId currency fedBy { id } } }",
    connection,
  );
  const there = targets.find(({ currency }: { currency: string }) => currency === "GBP");
  const bankId = await addConnection(server.app, organisation.id);
  const open = async (target: object) => {
    const balance = { balanceCurrentMinor: 5_000_00n };
    const accountId = await addAccount(server.app, organisation.id, bankId, balance);
    const { openFeed } = await ask(
      `mutation ($id: ID!, $accountId: ID!, $target: FeedTargetInput!, $from: LocalDate!) {
        openFeed(connectionId: $id, accountId: $accountId, target: $target, feedStartOn: $from, pushMode: MANUAL) {
          ... on FeedAccount { id } ${problem} } }`,
      { ...connection, accountId, target, from: firstDay },
    );
    return { id: openFeed.id as string, accountId, organisation };
  };
  const mended = await open({ new: "Operating account" });
  const plain = await open({ existing: there.externalId });
  await codat.bank.idle();
  const { refreshAccountingConnection: refreshed } = await ask(
    `mutation ($id: ID!) { refreshAccountingConnection(id: $id) {
      ... on AccountingConnection { feeds { id status } } ${problem} } }`,
    connection,
  );
  expect(refreshed.feeds).toEqual([
    { id: mended.id, status: "CONNECTED" },
    { id: plain.id, status: "CONNECTED" },
  ]);
  const app = server.app as TestApp;
  await addLines(app, mended, 60, firstDay);
  await addLines(app, plain, 30, firstDay);
  await codat.say("faults", { name: "lines_refused", words: "Line 3", count: 1 });

  const events = await follow(server, headers, connection.id);
  const push = `mutation ($id: ID!) { pushFeed(id: $id) { ... on FeedAccount { id } ${problem} } }`;
  expect((await ask(push, { id: mended.id })).pushFeed).toEqual({ id: mended.id });
  const failed = await events.until((change) =>
    change.operations.find(({ status }) => status === "FAILED"),
  );
  const { pushOperation } = await ask(
    `query ($id: ID!) { pushOperation(id: $id) { number lines errors sent(onlyProblems: true) {
      nodes { state description problems { severity } transaction { id } } } } }`,
    failed,
  );
  expect(pushOperation).toMatchObject({ number: 1, lines: 60 });
  const refused = pushOperation.sent.nodes;
  expect(refused.length).toBeGreaterThan(0);
  for (const line of refused) {
    expect(line).toMatchObject({ state: "REJECTED", description: "Line 3" });
    await ask(
      `mutation ($feed: ID!, $line: ID!) { reviseFeedLine(feedId: $feed, transactionId: $line, description: "Mended") {
        ... on FeedLine { state } ${problem} } }`,
      { feed: mended.id, line: line.transaction.id },
    );
  }
  await ask(
    `mutation ($id: ID!) { retryPush(operationId: $id) { ... on PushOperation { id } ${problem} } }`,
    failed,
  );
  expect((await ask(push, { id: plain.id })).pushFeed).toEqual({ id: plain.id });
  for (const { id, count } of [
    { id: mended.id, count: 60 },
    { id: plain.id, count: 30 },
  ]) {
    await events.until(() => events.seen.get(id)?.counts.confirmed === count);
    const { feedAccount } = await ask(
      `query ($id: ID!) { feedAccount(id: $id) { counts { due confirmed missing changed rejected }
        lastCheck { pushed confirmed agrees difference { amount currency } } } }`,
      { id },
    );
    expect(feedAccount).toEqual({
      counts: { due: 0, confirmed: count, missing: 0, changed: 0, rejected: 0 },
      lastCheck: {
        ...{ pushed: count, confirmed: count, agrees: true },
        difference: { amount: "0.00", currency: "GBP" },
      },
    });
  }
  await events.close();
});

interface Change {
  readonly operations: readonly { id: string; number: number; status: string }[];
  readonly feeds: readonly { id: string; counts: { confirmed: number } }[];
}

/** What a screen follows while lines are pushed. */
async function follow(server: RunningServer, headers: Record<string, string>, connection: string) {
  const query = `subscription ($connection: ID) { accountingChanged(connectionId: $connection) {
    refetch operations { id number status } feeds { id counts { confirmed } } } }`;
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", ...headers },
    body: JSON.stringify({ query, variables: { connection } }),
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const seen = new Map<string, Change["feeds"][number]>();
  let text = "";
  async function next(): Promise<Change> {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end < 0) {
        const { done, value } = await reader.read();
        if (done) throw new Error("the stream has ended");
        text += decoder.decode(value, { stream: true });
        continue;
      }
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data === undefined || !data.startsWith("{")) continue;
      const change: Change = JSON.parse(data).data.accountingChanged;
      for (const feed of change.feeds) seen.set(feed.id, feed);
      return change;
    }
  }
  return {
    /** Feeds as they were told last. */
    seen,
    /** Waits for the change of which something holds, as is said of the last one already. */
    async until<Found>(of: (change: Change) => Found | undefined | false): Promise<Found> {
      let change: Change = { operations: [], feeds: [] };
      for (;;) {
        const found = of(change);
        if (found) return found;
        change = await next();
      }
    },
    close: () => reader.cancel(),
  };
}
