/** The API of runs of automatic matching. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRule } from "../../../server/src/features/reconciliation/rules/create-rule.ts";
import { matchNow } from "../../../server/src/features/reconciliation/runs/request-run.ts";
import { ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs } from "../../support/queue.ts";
import {
  addOpenItems,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
} from "../../support/world.ts";
import { type Books, openBooks } from "./books.ts";

let database: TestDatabase;
let app: TestApp;
let books: Books;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  books = await openBooks(app);
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

const list = `query ($first: Int, $after: String) {
  matchingRuns(first: $first, after: $after) {
    nodes { id status } totalCount pageInfo { hasNextPage endCursor }
  }
}`;
const one = `query ($id: ID!) {
  matchingRun(id: $id) {
    id trigger status progress transactions items matched live boundedGroups failure requestedBy
    profiles { family name version }
  }
}`;
const pagesOfMatches = `query ($first: Int, $after: String) {
  matchingRuns(first: 5) {
    nodes {
      id matched ruled
      matches(first: $first, after: $after) {
        nodes { id run { id } rule { id } payments { openItem { number } } }
        totalCount pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;
const request = `mutation {
  matchNow { ... on MatchingRun { id trigger status step requestedBy } ... on Problem { message } }
}`;

const read = (source: string, variables: Record<string, unknown> = {}, of = books) =>
  ask(app, viewerIn(of.organisation, "viewer"), source, variables);

const run = () => matchNow(app, viewerIn(books.organisation, "accountant"));

test("a run that somebody asks for waits, and asking again answers the same", async () => {
  const accountant = viewerIn(books.organisation, "accountant");
  const first = await ask(app, accountant, request);
  const again = await ask(app, accountant, request);
  expect(first.errors).toEqual([]);
  expect(first.data.matchNow).toMatchObject({
    trigger: "MANUAL",
    status: "RUNNING",
    step: null,
    requestedBy: accountant.actor.name,
  });
  expect(again.data).toEqual(first.data);
});

test("who may only read cannot ask for a run", async () => {
  const { data } = await read(request);
  expect(data.matchNow).toEqual({ message: expect.any(String) });
  expect((await read(list)).data.matchingRuns).toMatchObject({ nodes: [], totalCount: 0 });
});

test("a run tells what it looked at, what it matched, and what decided", async () => {
  const { organisation, accountId } = books;
  await addOpenItems(app, organisation.id, [{ number: "INV-2026-1037", amountMinor: 12_345n }]);
  await addTransactions(app, organisation.id, accountId, [
    { reference: "INV-2026-1037", amountMinor: 12_345n },
  ]);
  const { id } = await run();
  await runJobs(app);
  const { data, errors } = await read(one, { id });
  expect(errors).toEqual([]);
  expect(data.matchingRun).toMatchObject({
    ...{ id, status: "COMPLETE", transactions: 1, items: 1, matched: 1, live: 1 },
    ...{ boundedGroups: 0, failure: null },
    profiles: expect.arrayContaining([expect.objectContaining({ family: "invoice" })]),
  });
});

test("runs are listed page by page, the last begun first", async () => {
  const earlier = await run();
  await runJobs(app);
  const later = await run();
  const page = (await read(list, { first: 1 })).data.matchingRuns;
  expect(page).toMatchObject({
    nodes: [{ id: later.id, status: "RUNNING" }],
    ...{ totalCount: 2, pageInfo: { hasNextPage: true } },
  });
  const next = await read(list, { first: 1, after: page.pageInfo.endCursor });
  expect(next.data.matchingRuns).toMatchObject({
    nodes: [{ id: earlier.id, status: "COMPLETE" }],
    pageInfo: { hasNextPage: false },
  });
});

test("a run's matches are read page by page, and each tells its run and the rule that named the payer", async () => {
  const { organisation, accountId } = books;
  const pairs = [1, 2, 3].map((nth) => ({
    number: `INV-2026-${1_000 + 37 * nth}`,
    amountMinor: BigInt(10_000 + 111 * nth),
  }));
  await addOpenItems(app, organisation.id, pairs);
  const lines = pairs.map(({ number: reference, amountMinor }) => ({ reference, amountMinor }));
  await addTransactions(app, organisation.id, accountId, lines);
  const rule = await createRule(app, viewerIn(organisation), {
    name: "Acorn",
    conditions: { texts: [{ field: "reference", test: "equals", value: "INV-2026-1074" }] },
    action: { kind: "match_client", clientName: "Acorn Ltd" },
  });
  await runJobs(app);
  const runs = (await read(pagesOfMatches, { first: 2 })).data.matchingRuns.nodes;
  const [own] = runs.filter(({ matched }: { matched: number }) => matched === 3);
  expect(own).toMatchObject({ ruled: 1, matches: { totalCount: 3 } });
  const { nodes, pageInfo } = own.matches;
  expect(nodes).toHaveLength(2);
  expect(pageInfo.hasNextPage).toBe(true);
  const rest = await read(pagesOfMatches, { first: 2, after: pageInfo.endCursor });
  const [again] = rest.data.matchingRuns.nodes.filter(({ id }: { id: string }) => id === own.id);
  expect(again.matches).toMatchObject({ nodes: [{}], pageInfo: { hasNextPage: false } });
  const all: PageNode[] = [...nodes, ...again.matches.nodes];
  expect(all.map(({ run }) => run?.id)).toEqual([own.id, own.id, own.id]);
  const ruled = all.filter((match) => match.rule !== null);
  expect(ruled).toMatchObject([
    { rule: { id: rule.id }, payments: [{ openItem: { number: "INV-2026-1074" } }] },
  ]);
  const { errors } = await read(pagesOfMatches, { first: 2, after: "no cursor" });
  expect(errors[0]?.message).toBeTruthy();
});

interface PageNode {
  readonly run: { readonly id: string } | null;
  readonly rule: { readonly id: string } | null;
}

test("another organisation sees none of it", async () => {
  const { id } = await run();
  const others = await openBooks(app);
  expect((await read(one, { id }, others)).data.matchingRun).toBeNull();
  expect((await read(one, { id: "no id" })).data.matchingRun).toBeNull();
  expect((await read(list, {}, others)).data.matchingRuns).toMatchObject({ nodes: [] });
});
