import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import type { ProviderPage } from "../../../server/src/providers/provider.ts";
import { createSaltEdgeProvider } from "../../../server/src/providers/saltedge/provider.ts";
import { heldCredential } from "../../support/held-credential.ts";
import { saltEdgeTestConfig } from "../../support/saltedge-keys.ts";

const today = localDate("2026-11-21");
const works = { id: "1", status: "active", last_success_at: "2026-11-21T08:00:00Z" };
const fetchedAgain = { ...works, last_success_at: "2026-11-21T09:00:00Z" };

const row = (id: string, more: Record<string, unknown> = {}) => ({
  ...{ id, status: "posted", made_on: "2026-11-20", amount: -1, currency_code: "GBP" },
  ...more,
});

type Answer = { data: unknown; next?: string };

/** A stranger who answers each address with the next of its answers, and then with the last one again. */
async function pullFrom(answers: Record<string, Answer[]>, text?: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://here");
    const pending = url.searchParams.has("pending") ? " pending" : "";
    const name = `${url.pathname.split("/")[4]}${pending}`;
    asked.push(name);
    const list = answers[name] ?? [];
    const answer = list.length > 1 ? list.shift() : list[0];
    const meta = { next_id: answer?.next ?? null };
    response.end(text ?? JSON.stringify({ data: answer?.data ?? [], meta }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const provider = createSaltEdgeProvider(saltEdgeTestConfig(`http://127.0.0.1:${port}`));
  const fetchPage = (cursor: string | null): Promise<ProviderPage> =>
    provider.fetchPage(heldCredential("1"), {
      ...{ cursor, daysOfHistory: 90, today, rereadFrom: null, accountExternalId: null },
    });
  return { fetchPage, asked };
}

const oneAccount = { connections: [{ data: works }], accounts: [{ data: [{ id: "7" }] }] };

test("an account is told whole with its last page, its pending rows beside it", async () => {
  const { fetchPage } = await pullFrom({
    ...oneAccount,
    transactions: [{ data: [row("10")], next: "11" }, { data: [row("11")] }],
    "transactions pending": [{ data: [row("12", { status: "pending" })] }],
  });
  const first = await fetchPage(null);
  expect(first).toMatchObject({ hasMore: true, whole: [], added: [{ externalId: "10" }] });
  const second = await fetchPage(first.kind === "page" ? first.next : null);
  expect(second).toMatchObject({
    hasMore: false,
    settled: true,
    added: [{ externalId: "11" }, { externalId: "12", pending: true }],
    whole: [
      { accountExternalId: "7", rows: "booked", from: "2026-11-07" },
      { accountExternalId: "7", rows: "pending", from: null },
    ],
  });
});

test("where a row cannot be read, no row is said to be gone", async () => {
  const { fetchPage } = await pullFrom({
    ...oneAccount,
    transactions: [{ data: [row("10", { amount: 0.001 })], next: "11" }, { data: [row("11")] }],
  });
  const first = await fetchPage(null);
  expect(first).toMatchObject({ problems: [{ externalId: "10" }] });
  const second = await fetchPage(first.kind === "page" ? first.next : null);
  expect(second).toMatchObject({ added: [{ externalId: "11" }], problems: [], whole: [] });
});

test("a fetch between booked and pending rows has both read again, three times at most", async () => {
  const connections = [{ data: works }, { data: fetchedAgain }];
  const { fetchPage, asked } = await pullFrom({
    ...oneAccount,
    connections,
    transactions: [{ data: [] }, { data: [row("12")] }],
    "transactions pending": [{ data: [row("11", { status: "pending" })] }, { data: [] }],
  });
  expect(await fetchPage(null)).toMatchObject({ added: [{ externalId: "12", pending: false }] });
  expect(asked.filter((name) => name === "transactions")).toHaveLength(2);

  const times = Array.from({ length: 20 }, (_, at) => ({
    data: { ...works, last_success_at: `2026-11-21T09:00:${10 + at}Z` },
  }));
  const restless = await pullFrom({ ...oneAccount, connections: times });
  expect(await restless.fetchPage(null)).toMatchObject({ kind: "page", hasMore: false });
  expect(restless.asked.filter((name) => name === "transactions")).toHaveLength(3);
});

test("an answer without its list is a failure, not an empty account", async () => {
  const { fetchPage } = await pullFrom({ ...oneAccount, transactions: [{ data: {} }] });
  await expect(fetchPage(null)).rejects.toMatchObject({ kind: "temporary" });
});

test("pages in a circle are a failure, not a walk without an end", async () => {
  const { fetchPage } = await pullFrom({
    ...oneAccount,
    transactions: [{ data: [row("10")], next: "11" }],
  });
  const first = await fetchPage(null);
  const second = fetchPage(first.kind === "page" ? first.next : null);
  await expect(second).rejects.toMatchObject({ kind: "temporary", detail: "pages in a circle" });
});

test("a connection that has never been fetched and shows no account is not ready", async () => {
  const { fetchPage } = await pullFrom({
    connections: [{ data: { ...works, last_success_at: null } }],
  });
  expect(await fetchPage(null)).toEqual({ kind: "not_ready" });
});

test.each(["", "7", "null", "[]", '{"data":', "<html>", '{"data":{}}'])(
  "an answer such as %j is a failure that may pass",
  async (text) => {
    const { fetchPage } = await pullFrom({}, text);
    await expect(fetchPage(null)).rejects.toMatchObject({ kind: "temporary" });
  },
);
