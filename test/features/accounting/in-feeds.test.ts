/** How a bank transaction tells where it went in the books, and what keeps it. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type LocalDate, localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { closeFeed } from "../../../server/src/features/accounting/close-feed.ts";
import { disconnectAccountingConnection } from "../../../server/src/features/accounting/disconnect-accounting-connection.ts";
import { leaveOutFeedLine } from "../../../server/src/features/accounting/lines/leave-out-feed-line.ts";
import { openFeed } from "../../../server/src/features/accounting/open-feed.ts";
import { ask } from "../../support/ask.ts";
import type { FakePlatform } from "../../support/fake-platform.ts";
import { runJobs } from "../../support/queue.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addTransactions,
  type TestApp,
  viewerIn,
} from "../../support/world.ts";
import { pushBooks } from "./pushing.ts";
import { addLines, type FedBooks, feedBooks } from "./setup.ts";
import { accountingWorlds } from "./worlds.ts";

const worlds = accountingWorlds();
let app: TestApp;
let platform: FakePlatform;
let books: FedBooks;

beforeEach(async () => {
  ({ app, platform } = await worlds.begin());
  books = await feedBooks(app, platform);
});

const push = () => pushBooks(app, books);

interface Told {
  readonly heldBack: string | null;
  readonly feed: { readonly id: string };
  readonly line: { readonly state: string; readonly operation: { number: number } | null } | null;
}

const one = `query ($id: ID!) { bankTransaction(id: $id) { feeds { heldBack
  feed { id targetName connection { companyName package { label } } }
  line { state bookedOn leftOutBy leftOutReason problems { severity message } operation { number } } } } }`;

async function told(id: string | undefined, role: "viewer" | "owner" = "viewer"): Promise<Told[]> {
  const { data, errors } = await ask(app, viewerIn(books.organisation, role), one, { id });
  expect(errors).toEqual([]);
  return data.bankTransaction.feeds;
}

/** Of every transaction of the account. */
async function toldOfAll(): Promise<Map<string, Told[]>> {
  const { data, errors } = await ask(
    app,
    viewerIn(books.organisation, "viewer"),
    `{ bankTransactions(first: 100, filter: { statuses: [UNMATCHED, EXCLUDED, REMOVED] }) {
      nodes { id feeds { heldBack feed { id } line { state operation { number } } } } } }`,
  );
  expect(errors).toEqual([]);
  const rows: { id: string; feeds: Told[] }[] = data.bankTransactions.nodes;
  return new Map(rows.map(({ id, feeds }) => [id, feeds]));
}

describe("a bank transaction", () => {
  test("of an account that feeds no books tells nothing of any", async () => {
    const organisation = await addOrganisation(app);
    const account = await addAccount(
      app,
      organisation.id,
      await addConnection(app, organisation.id),
    );
    const [id] = await addTransactions(app, organisation.id, account, [{}]);
    const { data } = await ask(app, viewerIn(organisation), one, { id });
    expect(data.bankTransaction).toEqual({ feeds: [] });
    const other = await addAccount(
      app,
      books.organisation.id,
      await addConnection(app, books.organisation.id),
    );
    const [beside] = await addTransactions(app, books.organisation.id, other, [{}]);
    expect(await told(beside)).toEqual([]);
  });

  test("tells the company, the account of the books, the push and how it arrived", async () => {
    const [id] = await addLines(app, books, 3);
    expect(await told(id)).toMatchObject([{ heldBack: null, line: null }]);
    await push();
    expect(await told(id)).toEqual([
      {
        heldBack: null,
        feed: {
          id: books.feed.id,
          targetName: books.feed.targetName,
          connection: { companyName: "Acorn Limited", package: { label: expect.any(String) } },
        },
        line: {
          ...{ state: "PUSHED", bookedOn: "2026-09-01", operation: { number: 1 } },
          ...{ leftOutBy: null, leftOutReason: null, problems: [] },
        },
      },
    ]);
    await runJobs(app, { due: true });
    expect((await told(id))[0]?.line).toMatchObject({ state: "CONFIRMED" });
  });

  test("tells what the package said, who left it out, and that it goes again", async () => {
    const [bad = "", out = "", good = ""] = await addLines(app, books, 3);
    const viewer = viewerIn(books.organisation);
    const key = { feedId: books.feed.id, transactionId: out };
    await leaveOutFeedLine(app, viewer, key, "Entered there by hand");
    platform.faults.push({ kind: "rejected", lineIds: [bad], message: "Too odd." });
    await push();
    expect(await told(bad)).toMatchObject([
      {
        heldBack: null,
        line: { state: "REJECTED", problems: [{ severity: "ERROR", message: "Too odd." }] },
      },
    ]);
    expect(await told(out)).toMatchObject([
      {
        heldBack: null,
        line: {
          ...{ state: "LEFT_OUT", leftOutReason: "Entered there by hand" },
          leftOutBy: viewer.actor.name,
        },
      },
    ]);
    expect(await told(good)).toMatchObject([{ heldBack: null, line: { state: "RELEASED" } }]);
  });

  test("that the bank has taken back tells nothing, unless it went", async () => {
    const [went = ""] = await addLines(app, books, 1);
    await push();
    const [stayed = ""] = await addLines(app, books, 1, localDate("2026-09-02"));
    await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query("UPDATE bank_transaction SET removed_at = now() WHERE id = ANY ($1::uuid[])", [
        [went, stayed],
      ]),
    );
    expect(await told(went)).toMatchObject([{ line: { state: "PUSHED" } }]);
    expect(await told(stayed)).toEqual([]);
  });

  test("is told of once where its account was fed anew into the same account of the books", async () => {
    const { organisation, connectionId, accountId, feed } = books;
    const viewer = viewerIn(organisation);
    await closeFeed(app, viewer, feed.id);
    const request = {
      ...{ connectionId, accountId, feedStartOn: localDate("2026-08-01") },
      target: { kind: "existing", externalId: "target-1" },
      ...{ pushMode: "manual" as const, pushEveryHours: null },
    } as const;
    const first = await openFeed(app, viewer, request);
    const [went = "", out = ""] = await addLines(app, books, 2);
    await leaveOutFeedLine(app, viewer, { feedId: first.id, transactionId: out }, "Not ours");
    await pushBooks(app, { organisation, feed: first });
    await closeFeed(app, viewer, first.id);
    const second = await openFeed(app, viewer, request);
    expect(await told(went)).toMatchObject([{ feed: { id: first.id }, line: { state: "PUSHED" } }]);
    // What was left out of the feed before is due in this one.
    expect(await told(out)).toMatchObject([
      { feed: { id: second.id }, line: null, heldBack: null },
    ]);
  });

  test("names what keeps all of its feed, where nothing keeps the line itself", async () => {
    const [id = ""] = await addLines(app, books, 1);
    await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query("UPDATE accounting_connection SET status = 'reconnect_required'"),
    );
    expect(await told(id)).toMatchObject([{ heldBack: "Grant access to the books first." }]);
    await disconnectAccountingConnection(app, viewerIn(books.organisation), books.connectionId);
    expect(await told(id)).toEqual([]);
  });

  test("asks for many lines no more often than for few", async () => {
    const requests = async () => {
      const connect = vi.spyOn(app.database.pool, "connect");
      const lines = (await toldOfAll()).size;
      const count = connect.mock.calls.length;
      connect.mockRestore();
      return { lines, count };
    };
    await addLines(app, books, 2);
    await push();
    const few = await requests();
    expect(few.count).toBeGreaterThan(1);
    await addLines(app, books, 30);
    await push();
    expect(await requests()).toEqual({ lines: 32, count: few.count });
  });

  test("is shown with its feeds only to whoever may see them", async () => {
    const [id] = await addLines(app, books, 1);
    const viewer = {
      ...viewerIn(books.organisation, "viewer"),
      permissions: new Set(["transactions:read"] as const),
    };
    const { errors } = await ask(app, viewer, one, { id });
    expect(errors.map(({ code }) => code)).toEqual(["FORBIDDEN"]);
  });
});

describe.each([true, false])(
  "what keeps lines, where the package refuses late ones: %s",
  (refuses) => {
    test.each(["manual", "reconciled"])("is what a plan says of each: %s", async (mode) => {
      const rules = platform.description.packages[0]?.rules ?? {};
      Object.assign(rules, { refusesOlderThanLast: refuses, daysBackMax: 100 });
      const { organisation, accountId, feed } = books;
      await asOrganisation(app.database, organisation.id, (tx) =>
        tx.query("UPDATE feed_account SET push_mode = $1, feed_start_on = '2026-08-10'", [mode]),
      );
      const exclude = (ids: readonly string[]) =>
        asOrganisation(app.database, organisation.id, (tx) =>
          tx.query(
            `UPDATE bank_transaction SET excluded_at = now(), excluded_by = 'Tess', exclusion_reason = 'Private'
           WHERE id = ANY ($1::uuid[])`,
            [ids],
          ),
        );
      await exclude(await addLines(app, books, 3));
      await push();
      const days = ["2026-07-30", "2026-08-11", "2026-08-13", "2026-08-31", "2026-09-01"];
      const later = ["2026-10-02", "2026-10-02", "2026-10-03", "2026-12-24"];
      const lines = [...days, ...later].map((day) => ({ bookedOn: day as LocalDate }));
      const ids = await addTransactions(app, organisation.id, accountId, [
        ...lines,
        { pending: true, bookedOn: localDate("2026-10-05") },
        { bookedOn: localDate("2026-10-06") },
      ]);
      await exclude(ids.filter((_, at) => at % 2 === 1));

      const { data } = await ask(
        app,
        viewerIn(organisation),
        `query ($id: ID!) { feedAccount(id: $id) { preview { lines held { sentence lines } } } }`,
        { id: feed.id },
      );
      const { preview } = data.feedAccount;
      const all = await toldOfAll();
      expect(all.size).toBe(ids.length + 3);
      const unsent = ids.map((id) => all.get(id)?.[0]?.heldBack);
      expect(unsent.filter((sentence) => sentence === null)).toHaveLength(preview.lines);
      const counted: Record<string, number> = {};
      for (const sentence of unsent) {
        if (sentence) counted[sentence] = (counted[sentence] ?? 0) + 1;
      }
      const planned = preview.held.map((held: { sentence: string; lines: number }) => [
        held.sentence,
        held.lines,
      ]);
      expect(counted).toEqual(Object.fromEntries(planned));
      expect(planned.length).toBeGreaterThan(3);
      // One by one as all at once.
      for (const id of ids) expect(await told(id)).toMatchObject(all.get(id) ?? []);
      await push();
      const went = [...(await toldOfAll()).values()].filter(([entry]) => entry?.line !== null);
      expect(went).toHaveLength(preview.lines + 3);
    });
  },
);
