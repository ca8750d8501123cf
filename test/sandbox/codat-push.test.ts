import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  arrived,
  type Codat,
  feed,
  linked,
  openCodat,
  push,
  pushed,
  source,
  transaction,
} from "./codat-client.ts";

const day = (text: string) => ({ date: `${text}T10:00:00Z` });
const complaints = (operation: { validation: { errors: { validatorName: string }[] } }) =>
  operation.validation.errors.map(({ validatorName }) => validatorName);

async function fedBooks(settings = {}) {
  const codat = await openCodat(settings);
  const connected = await linked(codat, "gbol");
  return { codat, connected, target: await feed(codat, connected, "a") };
}

/** A feed of a package whose accounts are mapped on its own page. */
async function fedThere(codat: Codat, key: string) {
  const connected = await linked(codat, key);
  await codat.call("POST", `${connected.own}/connectionInfo/bankFeedAccounts`, source("a"));
  const { connectionId: connection_id } = connected;
  await codat.say("connections/link", { connection_id, targets: { a: "new" } });
  await codat.bank.idle();
  return connected;
}

test("a push is pending at first, and in the books a little later", async () => {
  const { codat, connected, target } = await fedBooks({ readyDelayMs: 60_000 });
  const line = transaction({ id: "first" });
  const { status, body } = await push(codat, connected, "a", [line]);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{ status: "Pending", statusCode: 202, dataType: "bankTransactions" },
    ...{ companyId: connected.companyId, dataConnectionKey: connected.connectionId },
    data: { accountId: "a", transactions: [{ id: "first", reconciled: false }] },
  });
  expect(body.completedOnUtc).toBeUndefined();
  await codat.bank.idle();
  const ended = (await codat.call("GET", `${connected.base}/push/${body.pushOperationKey}`)).body;
  expect(ended).toMatchObject({ status: "Success", statusCode: 200, validation: { errors: [] } });
  expect(ended.data).toBeUndefined();
  const { results } = await arrived(codat, connected, target);
  expect(results).toMatchObject([
    {
      ...{ clearedOnDate: "2026-03-18T00:00:00", amount: -12.5, balance: 87.5 },
      description: `${line.description} ${line.reference}`,
    },
  ]);
  expect(results[0].id).not.toBe("first");
});

test("one line that breaks a rule, and nothing of the batch arrives", async () => {
  const { codat, connected, target } = await fedBooks();
  const cases: [string, object[]][] = [
    ["Balance", [transaction({ balance: null })]],
    ["Description", [transaction({ description: " " })]],
    ["Description", [transaction({ description: "x".repeat(4_001) })]],
    ["Order", [transaction(day("2026-03-17")), transaction(day("2026-03-16"))]],
    ["Date", [transaction(day("2026-03-19"))]],
    ["FeedStartDate", [transaction(day("2025-12-17"))]],
    ["Id", [transaction({ id: "twin" }), transaction({ id: "twin" })]],
  ];
  for (const [rule, lines] of cases) {
    const operation = await pushed(codat, connected, "a", lines);
    const found = complaints(operation);
    expect([operation.status, operation.statusCode, ...found]).toEqual(["Failed", 400, rule]);
    expect(operation.validation.errors[0].itemId).toBe((lines.at(-1) as { id: string }).id);
    expect(operation.errorMessage).toContain("Push failed for Account");
  }
  expect(await codat.read(`lines?books=${await booksKey(codat)}&account=${target}`)).toEqual([]);
});

test("a type that disagrees with the sign is a warning alone", async () => {
  const { codat, connected } = await fedBooks();
  const wrong = transaction({ transactionType: "Credit" });
  const operation = await pushed(codat, connected, "a", [wrong]);
  expect(operation.status).toBe("Success");
  expect(operation.validation.warnings).toMatchObject([{ itemId: wrong.id }]);
});

test("QuickBooks takes nothing older than a week or than its newest line, Sage nothing from before it was connected", async () => {
  const codat = await openCodat();
  const quickbooks = await fedThere(codat, "hcws");
  const old = await pushed(codat, quickbooks, "a", [transaction(day("2026-03-10"))]);
  expect(complaints(old)).toEqual(["FeedStartDate", "Date"]);
  expect((await pushed(codat, quickbooks, "a", [transaction(day("2026-03-16"))])).status).toBe(
    "Success",
  );
  expect(
    complaints(await pushed(codat, quickbooks, "a", [transaction(day("2026-03-15"))])),
  ).toEqual(["Date"]);
  const sage = await fedThere(codat, "olpr");
  expect(complaints(await pushed(codat, sage, "a", [transaction(day("2026-03-17"))]))).toEqual([
    "FeedStartDate",
  ]);
});

test("an id that the account has had is refused, or written twice where ids do not count", async () => {
  const { codat, connected, target } = await fedBooks();
  const line = transaction();
  await pushed(codat, connected, "a", [line]);
  expect(complaints(await pushed(codat, connected, "a", [line]))).toEqual(["Id"]);
  await codat.say("modes", { strict_ids: false });
  expect((await pushed(codat, connected, "a", [line])).status).toBe("Success");
  expect((await arrived(codat, connected, target)).totalResults).toBe(2);
});

test("what cannot be a push at all is refused at once", async () => {
  const { codat, connected } = await fedBooks();
  const many = Array.from({ length: 1_001 }, () => transaction());
  const path = `${connected.own}/push/bankAccounts/a/bankTransactions`;
  const wrong: unknown[] = [
    ...[
      { accountId: "b", transactions: [transaction()] },
      { accountId: "a", transactions: [] },
    ],
    ...[{ accountId: "a", transactions: many }, { accountId: "a" }, [], "a"],
    { accountId: "a", transactions: [transaction({ amount: "12.50" })] },
    { accountId: "a", transactions: [transaction({ date: "18/03/2026" })] },
  ];
  for (const body of wrong) expect((await codat.call("POST", path, body)).status).toBe(400);
  const unknown = await push(codat, connected, "nobody", [transaction()]);
  expect(unknown.status).toBe(404);
  const { connectionId: connection_id } = connected;
  await codat.say("connections/trouble", { connection_id, status: "Deauthorized" });
  expect((await push(codat, connected, "a", [transaction()])).body.error).toContain("not linked");
});

test("an account that is not connected yet takes nothing", async () => {
  const codat = await openCodat();
  const connected = await linked(codat, "gbol");
  await codat.call("POST", `${connected.own}/connectionInfo/bankFeedAccounts`, source("a"));
  expect(complaints(await pushed(codat, connected, "a", [transaction()]))).toEqual(["BankAccount"]);
});

test("an answer is given again under its key, another body is refused, and none of it where keys do not count", async () => {
  const { codat, connected, target } = await fedBooks();
  const headers = { "idempotency-key": "5c9cdd3c-26a1-4a2c-9b9a-1f2f9a1f0f10" };
  const lines = [transaction()];
  const first = await push(codat, connected, "a", lines, { headers });
  const again = await push(codat, connected, "a", lines, { headers });
  expect(again.body).toEqual(first.body);
  expect((await push(codat, connected, "a", [transaction()], { headers })).status).toBe(422);
  await codat.say("modes", { idempotency: false, strict_ids: false });
  const third = await push(codat, connected, "a", lines, { headers });
  expect(third.body.pushOperationKey).not.toBe(first.body.pushOperationKey);
  await codat.bank.idle();
  expect((await arrived(codat, connected, target)).totalResults).toBe(2);
});

test("push operations are found by what they are, page by page", async () => {
  const { codat, connected } = await fedBooks();
  for (let i = 0; i < 3; i++) await pushed(codat, connected, "a", [transaction()]);
  await pushed(codat, connected, "a", [transaction({ balance: null })]);
  const list = async (query: string) =>
    (await codat.call("GET", `${connected.base}/push?${query}`)).body;
  const failed = encodeURIComponent("status=Failed&&dataType=bankTransactions");
  expect((await list(`query=${failed}`)).results).toHaveLength(1);
  const first = await list("pageSize=3&orderBy=-requestedOnUtc");
  expect([first.totalResults, first.results.length]).toEqual([4, 3]);
  expect(first._links.next.href).toContain("page=2");
  const last = (await codat.call("GET", first._links.next.href)).body;
  expect(last.results).toHaveLength(1);
  expect(last._links.next).toBeUndefined();
  expect((await list("query=status")).error).toBe("Error parsing query - Malformed query.");
  expect((await codat.call("GET", `${connected.base}/push?pageSize=5001`)).status).toBe(400);
});

test("a push that is late for its time-out is called timed out, and not written", async () => {
  const { codat, connected, target } = await fedBooks();
  await codat.say("faults", { name: "push_slow", ms: 120_000 });
  const { body } = await push(codat, connected, "a", [transaction()], {
    query: "?timeoutInMinutes=1",
  });
  await codat.bank.idle();
  const path = `${connected.base}/push/${body.pushOperationKey}`;
  expect((await codat.call("GET", path)).body).toMatchObject({
    ...{ status: "TimedOut", timeoutInMinutes: 1 },
  });
  await codat.say("sync", { company_id: connected.companyId });
  expect((await arrived(codat, connected, target)).totalResults).toBe(0);
});

test("lines can be read once they were fetched, in the order of days and by query", async () => {
  const { codat, connected, target } = await fedBooks();
  await codat.say("modes", { syncs_by_itself: false });
  await pushed(codat, connected, "a", [transaction(day("2026-03-17")), transaction()]);
  await pushed(codat, connected, "a", [transaction(day("2026-03-16"))]);
  expect((await arrived(codat, connected, target)).statusCode).toBe(404);
  const queued = await codat.call("POST", `${connected.base}/data/queue/bankTransactions`);
  expect(queued.body).toMatchObject({ status: "Fetching", isCompleted: false });
  await codat.bank.idle();
  const status = (await codat.call("GET", `${connected.base}/dataStatus`)).body;
  expect(status.bankTransactions).toMatchObject({ currentStatus: "Complete" });
  const { results } = await arrived(codat, connected, target);
  expect(results.map(({ clearedOnDate }: { clearedOnDate: string }) => clearedOnDate)).toEqual([
    ...["2026-03-16T00:00:00", "2026-03-17T00:00:00", "2026-03-18T00:00:00"],
  ]);
  const since = encodeURIComponent("clearedOnDate>=2026-03-17");
  expect((await arrived(codat, connected, target, `?query=${since}`)).totalResults).toBe(2);
});

test("a restart keeps companies, feeds and lines, and processes what was pending", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tieout-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const stateFile = path.join(folder, "state.json");
  const { codat: before, connected, target } = await fedBooks({ stateFile });
  await pushed(before, connected, "a", [transaction()]);
  const { results } = await arrived(before, connected, target);
  await before.say("modes", { push_delay_ms: 60_000 });
  const { body } = await push(before, connected, "a", [transaction()]);
  await before.close();
  const after = await openCodat({ stateFile });
  expect((await arrived(after, connected, target)).results).toEqual(results);
  const ended = `${connected.base}/push/${body.pushOperationKey}`;
  expect((await after.call("GET", ended)).body.status).toBe("Pending");
  await after.bank.idle();
  expect((await after.call("GET", ended)).body.status).toBe("Success");
  expect((await arrived(after, connected, target)).totalResults).toBe(2);
});

async function booksKey({ read }: Codat): Promise<string> {
  return encodeURIComponent((await read("state")).books[0].books);
}
