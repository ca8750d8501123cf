import { expect, test } from "vitest";
import {
  arrived,
  type Codat,
  type Connected,
  feed,
  linked,
  openCodat,
  push,
  pushed,
  transaction,
} from "./codat-client.ts";

async function fedBooks() {
  const codat = await openCodat();
  const connected = await linked(codat, "gbol");
  const target = await feed(codat, connected, "a");
  return { codat, connected, target };
}

/** Pushes; the HTTP status, or "cut" where no answer came. */
async function tried(codat: Codat, connected: Connected, lines: object[], key?: string) {
  const headers = key === undefined ? {} : { headers: { "idempotency-key": key } };
  try {
    return (await push(codat, connected, "a", lines, headers)).status;
  } catch {
    return "cut";
  }
}

async function linesThere(codat: Codat, connected: Connected, target: string) {
  await codat.bank.idle();
  await codat.say("sync", { company_id: connected.companyId });
  return (await arrived(codat, connected, target)).totalResults;
}

test("too many requests, errors of its own and maintenance come in Codat's words, and nothing is done", async () => {
  const { codat, connected, target } = await fedBooks();
  await codat.say("faults", { name: "rate_limit", retry_after: 7, calls: "push" });
  const limited = await push(codat, connected, "a", [transaction()]);
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
  expect(limited.body.error).toContain("too many requests");
  for (const [name, status] of [
    ["internal_error", 500],
    ["unavailable", 503],
  ] as const) {
    await codat.say("faults", { name, calls: "push" });
    // Reads are no pushes: they are left alone.
    expect((await codat.call("GET", connected.own)).status).toBe(200);
    expect(await tried(codat, connected, [transaction()])).toBe(status);
  }
  expect(await linesThere(codat, connected, target)).toBe(0);
});

test("an error is given again under its key, and a limit that was met is not", async () => {
  const { codat, connected } = await fedBooks();
  const lines = [transaction()];
  await codat.say("faults", { name: "internal_error", calls: "push" });
  expect(await tried(codat, connected, lines, "key-1")).toBe(500);
  expect(await tried(codat, connected, lines, "key-1")).toBe(500);
  await codat.say("faults", { name: "rate_limit", calls: "push" });
  expect(await tried(codat, connected, lines, "key-2")).toBe(429);
  expect(await tried(codat, connected, lines, "key-2")).toBe(200);
});

test.each([
  ["cut_before", 0],
  ["cut_after", 1],
  ["silent_after", 1],
])("a connection that is cut tells nothing: with %s, %i was done", async (name, count) => {
  const { codat, connected, target } = await fedBooks();
  await codat.say("faults", { name, calls: "push", ms: 20 });
  expect(await tried(codat, connected, [transaction()])).toBe("cut");
  expect(await linesThere(codat, connected, target)).toBe(count);
  const operations = (await codat.call("GET", `${connected.base}/push`)).body;
  expect(operations.totalResults).toBe(count);
});

test.each([
  ["push_timed_out", 0],
  ["push_written_later", 1],
])(
  "a push that timed out may be written against the promise: with %s, %i was",
  async (name, count) => {
    const { codat, connected, target } = await fedBooks();
    await codat.say("faults", { name });
    expect((await pushed(codat, connected, "a", [transaction()])).status).toBe("TimedOut");
    expect(await linesThere(codat, connected, target)).toBe(count);
  },
);

test("a push may fail for the package's own reasons, or for chosen lines", async () => {
  const { codat, connected, target } = await fedBooks();
  await codat.say("faults", { name: "push_fails" });
  const failed = await pushed(codat, connected, "a", [transaction()]);
  expect(failed).toMatchObject({ status: "Failed", statusCode: 503, validation: { errors: [] } });
  await codat.say("faults", { name: "lines_refused", words: "SALARY" });
  const salary = transaction({ description: "SALARY MARCH" });
  const refused = await pushed(codat, connected, "a", [transaction(), salary]);
  expect(refused.validation.errors.map(({ itemId }: { itemId: string }) => itemId)).toEqual([
    salary.id,
  ]);
  // Mended, it is taken: the failure struck once.
  expect((await pushed(codat, connected, "a", [transaction(), salary])).status).toBe("Success");
  expect(await linesThere(codat, connected, target)).toBe(2);
});

test("a lost authorisation fails what is under way", async () => {
  const { codat, connected } = await fedBooks();
  await codat.say("modes", { push_delay_ms: 60_000 });
  const { body } = await push(codat, connected, "a", [transaction()]);
  const { connectionId: connection_id } = connected;
  await codat.say("connections/trouble", { connection_id, status: "Deauthorized" });
  await codat.bank.idle();
  const ended = (await codat.call("GET", `${connected.base}/push/${body.pushOperationKey}`)).body;
  expect(ended).toMatchObject({ status: "Failed", statusCode: 401 });
});

test("lines that people change, delete or double in the books are read so", async () => {
  const { codat, connected, target } = await fedBooks();
  await pushed(codat, connected, "a", [transaction(), transaction(), transaction()]);
  const [first, second, third] = (await arrived(codat, connected, target)).results;
  await codat.say("lines/change", { line_id: first.id, amount: "-99.50" });
  await codat.say("lines/delete", { line_id: second.id });
  await codat.say("lines/double", { line_id: third.id });
  const { results } = await arrived(codat, connected, target);
  expect(results.map(({ amount }: { amount: number }) => amount)).toEqual([-99.5, -12.5, -12.5]);
  expect(new Set(results.map(({ id }: { id: string }) => id)).size).toBe(3);
});

test("a line that was deleted in the books may be pushed again, and one that stands there may not", async () => {
  const { codat, connected, target } = await fedBooks();
  const [deleted, standing] = [transaction(), transaction()];
  await pushed(codat, connected, "a", [deleted, standing]);
  const [first] = (await arrived(codat, connected, target)).results;
  await codat.say("lines/delete", { line_id: first.id });
  expect((await pushed(codat, connected, "a", [standing])).status).toBe("Failed");
  expect((await pushed(codat, connected, "a", [deleted])).status).toBe("Success");
  expect(await linesThere(codat, connected, target)).toBe(2);
});

test("one seed and one order of calls give the same failures", async () => {
  const run = async () => {
    const { codat, connected, target } = await fedBooks();
    await codat.say("plan", {
      ...{ seed: "7", ms: 1, calls: "push" },
      rates: { rate_limit: 0.15, internal_error: 0.15, cut_before: 0.15, cut_after: 0.2 },
    });
    const came: (number | string)[] = [];
    for (let i = 0; i < 25; i++) came.push(await tried(codat, connected, [transaction()]));
    await codat.say("plan");
    return { came, there: await linesThere(codat, connected, target) };
  };
  const first = await run();
  expect(await run()).toEqual(first);
  expect(new Set(first.came)).toEqual(new Set([200, 429, 500, "cut"]));
});

test("the day's calls come to an end", async () => {
  const codat = await openCodat({ codatCallsPerDay: 2 });
  await codat.call("GET", "/companies");
  await codat.call("GET", "/companies");
  const { status, headers } = await codat.call("GET", "/companies");
  expect([status, headers.get("x-rate-limit-remaining")]).toEqual([429, "0"]);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
});

test("failures that strike any of the aggregators strike it too", async () => {
  const { codat, connected } = await fedBooks();
  const body = JSON.stringify({ name: "connection_reset", provider: "codat" });
  const headers = { "content-type": "application/json" };
  await fetch(`${codat.bank.url}/control/faults`, { method: "POST", headers, body });
  await expect(codat.call("GET", connected.own)).rejects.toThrow();
  expect((await codat.call("GET", connected.own)).status).toBe(200);
});
