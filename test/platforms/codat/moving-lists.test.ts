/** Lists that change while they are read page by page, and fetches that began before: Codat played in a few lines. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { createCodatPlatform } from "../../../server/src/platforms/codat/platform.ts";

const link = { package: "xero", companyExternalId: "c", externalId: "x", credential: null };

interface Row {
  readonly id: string;
}

/** Answers a page of what is there when it is asked for, and then lets `between` change it. */
async function open(list: string, all: () => readonly Row[], between: (page: number) => void) {
  const fetches = { asked: 0, running: null as string | null };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://codat");
    const say = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (pathname.includes("/data/queue/")) {
      if (fetches.running !== null) return say(409, { error: "DatasetAlreadyInProgress" });
      fetches.asked += 1;
      return say(200, { id: `own-${fetches.asked}` });
    }
    if (pathname.endsWith("/data/history")) return say(200, { results: [{ id: fetches.running }] });
    if (pathname.includes("/data/history/")) {
      fetches.running = null;
      return say(200, { isCompleted: true });
    }
    if (!pathname.endsWith(list)) return say(404, {});
    const [page, size] = [Number(searchParams.get("page")), Number(searchParams.get("pageSize"))];
    const rows = all();
    const results = rows.slice((page - 1) * size, page * size);
    const next = page * size < rows.length ? { next: { href: "/" } } : {};
    say(200, { results, totalResults: rows.length, _links: next });
    between(page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const platform = createCodatPlatform({
    ...{ apiKey: "key", baseUrl: `http://127.0.0.1:${port}`, webhookSecrets: [] },
    environment: "simulated",
  });
  return { platform, fetches };
}

const invoice = (id: number) => ({
  ...{ id: `i-${id}`, invoiceNumber: `INV-${id}`, customerRef: { id: "1", companyName: "Birch" } },
  ...{ issueDate: "2026-11-01", currency: "GBP", totalAmount: 5, amountDue: 5 },
  status: "Submitted",
});

const line = (id: number) => ({ id: `l-${id}`, clearedOnDate: "2026-11-01", amount: id });

const documentsOf = async (platform: ReturnType<typeof createCodatPlatform>) => {
  const ids = new Set<string>();
  for (let cursor: string | null = null; ; ) {
    const request = { kind: "invoice" as const, modifiedSince: null, cursor };
    const page = await platform.readDocuments(link, request);
    for (const { externalId } of page.documents) ids.add(externalId);
    if (page.next === null) return ids;
    cursor = page.next;
  }
};

test("no document is passed over where others are paid while they are read", async () => {
  let there = Array.from({ length: 900 }, (_, at) => invoice(at));
  const { platform } = await open(
    "/invoices",
    () => there,
    (page) => {
      // One that was read already is open no more: what is behind it moves up.
      there = there.filter(({ id }) => id !== `i-${page * 20}`);
    },
  );
  const read = await documentsOf(platform);
  expect(there.filter(({ id }) => !read.has(id))).toEqual([]);
});

test("no document is passed over where others change or come while they are read", async () => {
  let there = Array.from({ length: 900 }, (_, at) => invoice(at));
  const before = there.map(({ id }) => id);
  let changed = 0;
  const { platform } = await open(
    "/invoices",
    () => there,
    (page) => {
      // Newest first, as they are asked for.
      changed = Math.max(changed, page);
      there = [invoice(1_000 + page), ...there];
    },
  );
  const read = await documentsOf(platform);
  expect(before.filter((id) => !read.has(id))).toEqual([]);
  expect(changed).toBeGreaterThan(3);
});

test("lines that come or go while they are read are read again later, not taken for missing", async () => {
  let there = Array.from({ length: 2_500 }, (_, at) => line(at));
  const { platform } = await open(
    "/bankTransactions",
    () => there,
    (page) => {
      if (page === 1) there = there.slice(1);
    },
  );
  const request = {
    ...{ feedExternalId: "f", targetExternalId: "t", from: localDate("2026-10-01") },
    currency: "GBP" as const,
  };
  const first = await platform.readLines(link, { ...request, cursor: null });
  expect(first.lines).toHaveLength(1_000);
  await expect(platform.readLines(link, { ...request, cursor: first.next })).rejects.toMatchObject({
    kind: "temporary",
  });
});

test("a fetch that runs already is followed by another one, which has seen everything", async () => {
  const { platform, fetches } = await open(
    "/bankTransactions",
    () => [line(1)],
    () => {},
  );
  fetches.running = "somebody-else's";
  const page = await platform.readLines(link, {
    ...{ feedExternalId: "f", targetExternalId: "t", from: localDate("2026-10-01") },
    ...{ currency: "GBP" as const, cursor: null },
  });
  expect(page.lines).toHaveLength(1);
  expect(fetches).toEqual({ asked: 1, running: null });
});
