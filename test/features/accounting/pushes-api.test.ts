import { beforeEach, describe, expect, it } from "vitest";
import { performPush } from "../../../server/src/features/accounting/push/perform-push.ts";
import { ask, testExchange } from "../../support/ask.ts";
import type { FakePlatform } from "../../support/fake-platform.ts";
import { runJobs } from "../../support/queue.ts";
import { addTransactions, type TestApp, viewerIn } from "../../support/world.ts";
import { addLines, type FedBooks, feedBooks } from "./setup.ts";
import { accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds({
  package: {
    rules: {
      ...{ batchLinesMax: 4, needsBalance: false, refusesOlderThanLast: false },
      ...{ daysBackMax: 365, descriptionCharactersMax: 200 },
    },
  },
});
let app: TestApp;
let platform: FakePlatform;
let books: FedBooks;

beforeEach(async () => {
  ({ app, platform } = await worlds.begin());
  books = await feedBooks(app, platform);
});

/** Answers data; a top-level error is a failure of the test unless `refused` asks for it. */
async function as(
  role: "owner" | "accountant" | "viewer",
  source: string,
  variables: Record<string, unknown> = {},
) {
  const viewer = viewerIn(books.organisation, role);
  const all = { id: books.feed.id, ...variables };
  const { data, errors } = await ask(app, viewer, source, all, testExchange());
  expect(errors).toEqual([]);
  return data;
}

async function refused(source: string, variables: Record<string, unknown> = {}) {
  const viewer = viewerIn(books.organisation, "viewer");
  const all = { id: books.feed.id, ...variables };
  return (await ask(app, viewer, source, all, testExchange())).errors.map(({ code }) => code);
}

/** What the worker does, without the pauses between its looks. */
async function work(): Promise<void> {
  const { id: organisationId } = books.organisation;
  const job = { organisationId, feedId: books.feed.id, trigger: "manual" as const, by: "Tess" };
  await app.database.pool.query(
    `DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t
     WHERE t.id = j.task_id AND t.identifier = 'pushFeed'`,
  );
  await performPush(app, job, { looksMs: [0, 0] });
}

const problem = "... on Problem { __typename code message }";
const push = `mutation ($id: ID!) { pushFeed(id: $id) { ... on FeedAccount { id status } ${problem} } }`;
const counts = `query ($id: ID!) { feedAccount(id: $id) { counts {
  due dueTotal { amount currency } underWay pushed confirmed missing changed rejected released leftOut } } }`;
const none = { due: 0, underWay: 0, pushed: 0, confirmed: 0, missing: 0, changed: 0, rejected: 0 };

describe("a feed", () => {
  it("tells before a push what goes, what is held and why", async () => {
    const ids = await addLines(app, books, 6);
    await addTransactions(app, books.organisation.id, books.accountId, [
      { pending: true, description: "Card, not booked" },
    ]);
    const { feedAccount } = await as(
      "viewer",
      `query ($id: ID!) { feedAccount(id: $id) { status lastPushedOn lastCheck { id } underWay { id }
        preview { lines total { amount currency } firstOn lastOn batches obstacle rules
          held { reason sentence lines firstOn lastOn }
          sample { state description amount { amount } balance { amount } revised transaction { id description } } } } }`,
    );
    expect(feedAccount).toMatchObject({
      ...{ status: "CONNECTED", lastPushedOn: null, lastCheck: null, underWay: null },
      preview: {
        ...{ lines: 6, total: { amount: "-37.08", currency: "GBP" }, batches: 2, obstacle: null },
        ...{ firstOn: "2026-09-01", lastOn: "2026-09-01" },
        rules: expect.arrayContaining(["At most 4 lines in one push."]),
        held: [{ reason: "PENDING", sentence: "The bank has not booked it yet.", lines: 1 }],
      },
    });
    expect(feedAccount.preview.sample).toHaveLength(4);
    const known = new Set(ids);
    for (const line of feedAccount.preview.sample) {
      expect(line).toMatchObject({ state: "DUE", revised: false });
      expect(known.has(line.transaction.id)).toBe(true);
      expect(line.description).toBe(line.transaction.description);
    }
  });

  it("pages through what is due, by itself and in its order", async () => {
    await addLines(app, books, 5);
    const page = `query ($id: ID!, $first: Int, $after: String, $states: [FeedLineState!]) { feedAccount(id: $id) {
      lines(first: $first, after: $after, states: $states) {
        nodes { id state bookedOn } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } } }`;
    const read = async (more: Record<string, unknown>) =>
      (await as("viewer", page, more)).feedAccount.lines;
    const first = await read({ first: 3, states: ["DUE"] });
    expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
    const after = first.pageInfo.endCursor;
    const rest = await read({ first: 3, after, states: ["DUE"] });
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const ids = [...first.nodes, ...rest.nodes].map((line: { id: string }) => line.id);
    expect(new Set(ids).size).toBe(5);
    expect(ids).toEqual([...ids].sort());
    expect((await read({})).nodes).toEqual([]);
    expect(await refused(page, { states: ["DUE", "PUSHED"] })).toEqual(["INVALID_INPUT"]);
    expect(await refused(page, { states: ["DUE"], after: "bm9uZQ" })).toEqual(["INVALID_INPUT"]);
    expect(await refused(page, { after: "bm9uZQ" })).toEqual(["INVALID_INPUT"]);
    expect(await refused(page, { first: 201 })).toEqual(["INVALID_INPUT"]);
  });
});

describe.each([true, false])("what is due, where the package refuses late lines: %s", (refuses) => {
  it.each(["MANUAL", "RECONCILED"])(
    "is the same in figures, page by page and when pushed: %s",
    async (mode) => {
      Object.assign(platform.description.packages[0]?.rules ?? {}, {
        refusesOlderThanLast: refuses,
      });
      const { organisation, accountId } = books;
      const [first = "", , third = "", fourth = ""] = await addLines(app, books, 6);
      await as(
        "accountant",
        `mutation ($id: ID!, $line: ID!) { leaveOutFeedLine(feedId: $id, transactionId: $line, reason: "Not ours") {
        __typename } }`,
        { line: fourth },
      );
      const late = { bookedOn: "2026-12-24" as never };
      await addTransactions(app, organisation.id, accountId, [{ pending: true }, late]);
      const exclude = `mutation ($line: ID!) { excludeTransaction(id: $line, reason: "Private") { __typename } }`;
      for (const line of [first, third]) await as("accountant", exclude, { line });
      await as(
        "accountant",
        `mutation ($id: ID!, $mode: PushMode!) { changeFeed(id: $id, pushMode: $mode) { __typename } }`,
        { mode },
      );
      const { feedAccount } = await as(
        "viewer",
        `query ($id: ID!) { feedAccount(id: $id) { counts { due dueTotal { amount } }
        preview { lines total { amount } sample { transaction { id } balance { amount } } }
        lines(first: 4, states: [DUE]) { totalCount nodes { transaction { id } balance { amount } } } } }`,
      );
      const { counts: figures, preview, lines } = feedAccount;
      const inOrder = mode === "MANUAL" ? 5 : refuses ? 1 : 2;
      expect([figures.due, preview.lines, lines.totalCount]).toEqual([inOrder, inOrder, inOrder]);
      expect(figures.dueTotal).toEqual(preview.total);
      expect(lines.nodes).toEqual(preview.sample);
      await work();
      expect(platform.arrived).toHaveLength(inOrder);
      const behind = platform.arrived.map(({ balanceMinor }) =>
        (Number(balanceMinor) / 100).toFixed(2),
      );
      expect(
        lines.nodes.map((line: { balance: { amount: string } }) => line.balance.amount),
      ).toEqual(behind.slice(0, 4));
    },
  );
});

describe("a push", () => {
  it("is asked for, told of, and followed batch by batch", async () => {
    await addLines(app, books, 9);
    expect((await as("accountant", push)).pushFeed).toEqual({
      ...{ id: books.feed.id, status: "CONNECTED" },
    });
    await work();
    const page = `query ($id: ID!, $after: String) { feedAccount(id: $id) { lastPushedOn
      operations(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { id number trigger status lines total { amount } firstOn lastOn problem errors warnings retryOf { id }
          createdBy completedAt feed { id } sent(first: 2) { totalCount pageInfo { hasNextPage }
            nodes { state operation { number } } } } } } }`;
    const { feedAccount } = await as("viewer", page);
    expect(feedAccount.lastPushedOn).toBe("2026-09-01");
    const { operations } = feedAccount;
    expect(operations).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    expect(operations.nodes[0]).toMatchObject({
      ...{ number: 3, trigger: "MANUAL", status: "SUCCESS", lines: 1, errors: 0, warnings: 0 },
      ...{ problem: null, retryOf: null, createdBy: "Tess", feed: { id: books.feed.id } },
      sent: { totalCount: 1, pageInfo: { hasNextPage: false } },
    });
    expect(operations.nodes[1].sent).toMatchObject({
      ...{ totalCount: 4, pageInfo: { hasNextPage: true } },
      nodes: [
        { state: "PUSHED", operation: { number: 2 } },
        { state: "PUSHED", operation: { number: 2 } },
      ],
    });
    const last = await as("viewer", page, { after: operations.pageInfo.endCursor });
    expect(
      last.feedAccount.operations.nodes.map((each: { number: number }) => each.number),
    ).toEqual([1]);
    const one = `query ($operation: ID!) { pushOperation(id: $operation) { number } }`;
    const operation = operations.nodes[0].id.toUpperCase();
    expect((await as("viewer", one, { operation })).pushOperation).toEqual({ number: 3 });
  });

  it("that was refused names its lines; they are revised or left out, and it goes again", async () => {
    const [bad = "", worse = ""] = await addLines(app, books, 4);
    platform.faults.push({ kind: "rejected", lineIds: [bad, worse], message: "Too odd." });
    await work();
    expect((await as("viewer", counts)).feedAccount.counts).toMatchObject({
      ...{ ...none, due: 4, rejected: 2, released: 2, leftOut: 0 },
    });
    const failed = `query ($id: ID!) { feedAccount(id: $id) { operations { nodes { id status problem errors
      sent(onlyProblems: true) { totalCount nodes { state transaction { id } problems { severity message } } } } } } }`;
    const [operation] = (await as("viewer", failed)).feedAccount.operations.nodes;
    expect(operation).toMatchObject({ status: "FAILED", problem: "It was refused.", errors: 2 });
    expect(operation.sent.totalCount).toBe(2);
    for (const line of operation.sent.nodes) {
      expect(line).toMatchObject({ state: "REJECTED" });
      expect(line.problems).toEqual([{ severity: "ERROR", message: "Too odd." }]);
    }
    const line = `... on FeedLine { id state description revised leftOutBy leftOutReason } ${problem}`;
    const revised = await as(
      "accountant",
      `mutation ($id: ID!, $line: ID!) {
        reviseFeedLine(feedId: $id, transactionId: $line, description: "Plain words") { ${line} } }`,
      { line: bad },
    );
    expect(revised.reviseFeedLine).toMatchObject({
      ...{ id: `${books.feed.id}:${bad}`, state: "RELEASED", revised: true },
    });
    const leaveOut = `mutation ($id: ID!, $line: ID!, $reason: String!) {
      leaveOutFeedLine(feedId: $id, transactionId: $line, reason: $reason) { ${line} } }`;
    const empty = await as("accountant", leaveOut, { line: worse, reason: " " });
    expect(empty.leaveOutFeedLine).toMatchObject({ code: "INVALID_INPUT" });
    const left = await as("accountant", leaveOut, { line: worse, reason: "A test of the bank's" });
    expect(left.leaveOutFeedLine).toMatchObject({
      ...{
        state: "LEFT_OUT",
        leftOutReason: "A test of the bank's",
        leftOutBy: expect.any(String),
      },
    });
    const retry = await as(
      "accountant",
      `mutation ($operation: ID!) { retryPush(operationId: $operation) {
        ... on PushOperation { id status } ${problem} } }`,
      { operation: operation.id },
    );
    expect(retry.retryPush).toEqual({ id: operation.id, status: "FAILED" });
    await work();
    const words = platform.arrived.map(({ lineId, description }) => [lineId, description]);
    expect(words).toHaveLength(3);
    expect(words).toContainEqual([bad, "Plain words"]);
    const back = await as(
      "accountant",
      `mutation ($id: ID!, $line: ID!) { putBackFeedLine(feedId: $id, transactionId: $line) { ${line} } }`,
      { line: worse },
    );
    expect(back.putBackFeedLine).toMatchObject({ state: "RELEASED", leftOutBy: null });
  });

  it("is read back, and what is missing or changed in the books is named", async () => {
    const ids = await addLines(app, books, 4);
    await work();
    await runJobs(app, { due: true });
    const check = `query ($id: ID!) { feedAccount(id: $id) { lastCheck { pushed confirmed missing changed agrees
      pushedTotal { amount } arrivedTotal { amount } difference { amount } }
      lines(states: [MISSING, CHANGED]) { nodes { state transaction { id } amount { amount } arrivedAmount { amount }
        checkedAt } } } }`;
    const well = (await as("viewer", check)).feedAccount;
    expect(well.lastCheck).toMatchObject({ pushed: 4, confirmed: 4, missing: 0, agrees: true });
    expect(well.lastCheck.difference).toEqual({ amount: "0.00" });
    const gone = platform.arrived.findIndex(({ lineId }) => lineId === ids[1]);
    const [lost] = platform.arrived.splice(gone, 1);
    const asked = await as(
      "accountant",
      `mutation ($id: ID!) { checkFeed(id: $id) { ... on FeedAccount { id } ${problem} } }`,
    );
    expect(asked.checkFeed).toEqual({ id: books.feed.id });
    expect(await runJobs(app, { due: true })).toEqual([]);
    const { lastCheck, lines } = (await as("viewer", check)).feedAccount;
    expect(lastCheck).toMatchObject({ confirmed: 3, missing: 1, agrees: false });
    const amount = `${(-Number(lost?.amountMinor) / 100).toFixed(2)}`;
    expect(lastCheck.difference).toEqual({ amount });
    expect(lines.nodes).toMatchObject([
      { state: "MISSING", transaction: { id: ids[1] }, arrivedAmount: null },
    ]);
  });

  it("is read back, and what is there too often is shown as the books have it", async () => {
    await addLines(app, books, 2);
    await work();
    const [first] = platform.arrived;
    if (first) platform.arrived.push({ ...first, externalId: "doubled", description: "Twice" });
    await runJobs(app, { due: true });
    const check = `query ($id: ID!) { feedAccount(id: $id) { lastCheck {
      confirmed unexpected agrees unexpectedLines { bookedOn amount { amount currency } description } } } }`;
    const { lastCheck } = (await as("viewer", check)).feedAccount;
    const amount = `${(Number(first?.amountMinor) / 100).toFixed(2)}`;
    expect(lastCheck).toEqual({
      ...{ confirmed: 2, unexpected: 1, agrees: false },
      unexpectedLines: [
        {
          ...{ bookedOn: first?.bookedOn, amount: { amount, currency: "GBP" } },
          description: expect.any(String),
        },
      ],
    });
  });
});

it("pulls invoices, and offers their matches back as payments", async () => {
  const { connectionId } = books;
  platform.documents = [
    {
      ...{ kind: "invoice", externalId: "181", number: "INV-181", counterpartyExternalId: "80" },
      ...{ counterpartyName: "Birch Ltd", issuedOn: "2026-11-01" as never, dueOn: null },
      ...{ currency: "GBP", totalMinor: 120_00n, dueMinor: 120_00n, state: "open" },
      modifiedAt: null,
    },
    {
      ...{ kind: "invoice", externalId: "182", number: "INV-182", counterpartyExternalId: "80" },
      ...{ counterpartyName: "Birch Ltd", issuedOn: "2026-11-01" as never, dueOn: null },
      ...{ currency: "GBP", totalMinor: 0n, dueMinor: 7_00n, state: "open", modifiedAt: null },
    },
  ];
  const options = await as(
    "accountant",
    `mutation ($connection: ID!) { setAccountingOptions(id: $connection, pullsDocuments: true) {
      ... on AccountingConnection { pullsDocuments sendsPayments actions } ${problem} } }`,
    { connection: connectionId },
  );
  expect(options.setAccountingOptions).toEqual({
    ...{ pullsDocuments: true, sendsPayments: false },
    actions: ["REFRESH", "PULL_DOCUMENTS", "DISCONNECT"],
  });
  await runJobs(app);
  const pulled = `query ($connection: ID!) { accountingConnection(id: $connection) { documents { pulled problems
    page(first: 10) { totalCount nodes { kind number counterpartyName state problem dueThere { amount currency }
      openItem { id number } } }
    wrong: page(onlyProblems: true) { totalCount nodes { number problem } } } } }`;
  const { documents } = (await as("viewer", pulled, { connection: connectionId }))
    .accountingConnection;
  expect(documents).toMatchObject({ pulled: 2, page: { totalCount: 2 } });
  expect(documents.wrong.totalCount).toBe(documents.problems);
  const [first] = documents.page.nodes;
  expect(first).toMatchObject({
    ...{ kind: "INVOICE", number: "INV-181", counterpartyName: "Birch Ltd", state: "open" },
    ...{ problem: null, dueThere: { amount: "120.00", currency: "GBP" } },
    openItem: { number: "INV-181" },
  });
  const [line = ""] = await addTransactions(app, books.organisation.id, books.accountId, [
    { amountMinor: 120_00n, description: "BIRCH" },
  ]);
  await as(
    "accountant",
    `mutation ($line: ID!, $item: ID!) { confirmMatch(allocations: [{ transactionId: $line, openItemId: $item,
      amount: "120.00" }]) { __typename } }`,
    { line, item: first.openItem.id },
  );
  const offers = `query ($connection: ID!, $status: PaymentOfferStatus) { paymentOffers(connectionId: $connection,
    status: $status) { totalCount nodes { id status amount { amount } paidOn sentBy openItem { number } match { id } } } }`;
  const offered = await as("viewer", offers, { connection: connectionId, status: "OFFERED" });
  expect(offered.paymentOffers).toMatchObject({
    totalCount: 1,
    nodes: [{ status: "OFFERED", amount: { amount: "120.00" }, openItem: { number: "INV-181" } }],
  });
  const ids = [offered.paymentOffers.nodes[0].id];
  const change = (name: string) =>
    as(
      "accountant",
      `mutation ($ids: [ID!]!) { ${name}(offerIds: $ids) {
        ... on ChangedPaymentOffers { offers { id status sentBy } } ${problem} } }`,
      { ids },
    ).then((data) => data[name]);
  expect(await change("withdrawPayments")).toMatchObject({ offers: [{ status: "WITHDRAWN" }] });
  expect(await change("sendPayments")).toMatchObject({ code: "CONFLICT" });
  const left = await as("viewer", offers, { connection: connectionId, status: "OFFERED" });
  expect(left.paymentOffers).toEqual({ totalCount: 0, nodes: [] });
});
