import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { cpuMsSince } from "../support/measure.ts";
import { control, link, linkReady, nothingKnown, openBank, problemFrom, syncLoop } from "./bank.ts";

const { bank, plaid } = await openBank();
afterAll(() => bank.close());

const notice = "quillstone/notice";
const postRow = (more: object = {}) =>
  control<{ row: number }>(bank, "transactions", {
    account: notice,
    amount: "12.34",
    description: "TEST",
    ...more,
  });

describe("transactions sync", () => {
  it("isn't ready at first, then has 30 days, then all that was asked for", async () => {
    const { accessToken } = await link(plaid, "ins_900101", { days: 90 });
    const first = await plaid.transactionsSync({ access_token: accessToken });
    expect(first.data).toMatchObject({
      transactions_update_status: "NOT_READY",
      next_cursor: "",
      has_more: false,
      added: [],
    });
    const item = [...bank.sandbox.items.all.values()].at(-1);
    const on = bank.sandbox.world.clock.today();
    bank.sandbox.record({
      of: "plaid",
      did: "backfilled",
      itemId: item?.itemId ?? "",
      stage: "initial",
      on,
    });
    const initial = await syncLoop(plaid, accessToken, nothingKnown);
    await bank.idle();
    const all = await syncLoop(plaid, accessToken, initial);
    const oldest = (rows: typeof all.rows) => [...rows.values()].map((row) => row.date).sort()[0];
    expect(oldest(initial.rows)).toMatch(/^2026-02-1[6-9]/);
    expect(oldest(all.rows)).toMatch(/^2025-12-(1[89]|2)/);
    expect(all.rows.size).toBeGreaterThan(2 * initial.rows.size);
  });

  it("writes amounts as numbers, positive for money out, in one currency field", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900106");
    const { row } = await postRow({ amount: "-1234.05", reference: "INV-1" });
    const { rows } = await syncLoop(plaid, accessToken, nothingKnown);
    const { description } = bank.sandbox.world.rows.get(row);
    const found = [...rows.values()].find((r) => r.name === description && r.amount === 1234.05);
    expect(found).toMatchObject({
      iso_currency_code: "GBP",
      unofficial_currency_code: null,
      pending: false,
    });
    expect(found?.payment_meta.reference_number).toBe("INV-1");
  });

  it("replaces a pending row by a new id that names the old one", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900106");
    const { row } = await postRow({ pending: true, amount: "-20.00" });
    const before = await syncLoop(plaid, accessToken, nothingKnown);
    const pending = [...before.rows.values()].find((r) => r.pending);
    await control(bank, "transactions/book", { row, amount: "-22.50" });
    const { data } = await plaid.transactionsSync({
      access_token: accessToken,
      cursor: before.cursor,
    });
    expect(data.removed.map((r) => r.transaction_id)).toEqual([pending?.transaction_id]);
    expect(data.added).toMatchObject([
      { pending: false, amount: 22.5, pending_transaction_id: pending?.transaction_id },
    ]);
    expect(data.modified).toEqual([]);
  });

  it("answers the same set from whatever cursor one comes, whatever happened in between", async () => {
    const op = fc.oneof(
      fc.record({
        do: fc.constantFrom("post", "pend", "modify", "remove", "book"),
        pick: fc.nat(40),
      }),
      fc.record({
        do: fc.constantFrom("sync", "interrupted"),
        pick: fc.nat(3),
        count: fc.integer({ min: 1, max: 9 }),
      }),
      fc.record({ do: fc.constant("fork" as const), pick: fc.nat(3) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(op, { minLength: 4, maxLength: 16 }), async (ops) => {
        const { accessToken } = await linkReady(bank, plaid, "ins_900106", { days: 60 });
        const mine: number[] = [];
        let clients = [nothingKnown, nothingKnown];
        const change = async (what: string, pick: number) => {
          const row = mine[pick % Math.max(1, mine.length)];
          if (what === "post") mine.push((await postRow()).row);
          else if (what === "pend") mine.push((await postRow({ pending: true })).row);
          else if (row === undefined || bank.sandbox.world.rows.get(row).removed) return;
          else if (what === "modify")
            await control(bank, "transactions/modify", { row, amount: `${pick}.01` });
          else if (what === "remove") await control(bank, "transactions/remove", { row });
          else if (bank.sandbox.world.rows.get(row).pending) {
            mine.push((await control<{ row: number }>(bank, "transactions/book", { row })).row);
          }
        };
        for (const step of ops) {
          const at = step.pick % clients.length;
          const known = clients[at] ?? nothingKnown;
          if (step.do === "fork") clients = [...clients, known].slice(-4);
          else if (step.do === "sync" && "count" in step)
            clients[at] = await syncLoop(plaid, accessToken, known, step.count);
          else if (step.do === "interrupted" && "count" in step) {
            let done = 0;
            clients[at] = await syncLoop(plaid, accessToken, known, step.count, async () => {
              if (done++ < 2)
                await change(["post", "modify", "remove"][step.pick % 3] ?? "post", step.pick);
            });
          } else await change(step.do, step.pick);
        }
        const truth = await syncLoop(plaid, accessToken, nothingKnown);
        for (const known of clients) {
          const { rows } = await syncLoop(plaid, accessToken, known, 7);
          expect(sorted(rows)).toEqual(sorted(truth.rows));
        }
        expect(truth.rows.size).toBe(visibleRows(accessToken));
      }),
      { numRuns: 20, seed: 11 },
    );
  }, 60_000);

  it("breaks off a loop whose earlier pages became untrue, but not for rows that came on top", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900106");
    const { row } = await postRow();
    const first = await plaid.transactionsSync({ access_token: accessToken, count: 2 });
    expect(first.data.has_more).toBe(true);
    const next = () =>
      plaid.transactionsSync({
        access_token: accessToken,
        count: 2,
        cursor: first.data.next_cursor,
      });
    await postRow();
    expect((await next()).data.added).toHaveLength(2);
    await control(bank, "transactions/modify", { row, description: "CHANGED" });
    expect(await problemFrom(next())).toEqual({
      status: 400,
      type: "TRANSACTIONS_ERROR",
      code: "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION",
    });
  });

  it("breaks off even a short loop when told to, once", async () => {
    const { accessToken, itemId } = await linkReady(bank, plaid, "ins_900106");
    await control(bank, "faults", { name: "mutation_during_pagination", item_id: itemId });
    let pages = 0;
    const { rows } = await syncLoop(plaid, accessToken, nothingKnown, 500, async () => {
      pages += 1;
    });
    expect(pages).toBe(1);
    expect(rows.size).toBe(visibleRows(accessToken));
  });

  it("filters by account with a cursor of its own", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900101");
    const { data: known } = await plaid.accountsGet({ access_token: accessToken });
    const tax = known.accounts.find((a) => a.name === "Tax Pot")?.account_id ?? "";
    const options = { account_id: tax };
    const { data } = await plaid.transactionsSync({
      access_token: accessToken,
      options,
      count: 500,
    });
    expect(new Set(data.added.map((row) => row.account_id))).toEqual(new Set([tax]));
    const mixed = plaid.transactionsSync({ access_token: accessToken, cursor: data.next_cursor });
    expect((await problemFrom(mixed)).code).toBe("INVALID_FIELD");
  });

  it("refuses cursors, counts and tokens that it did not give", async () => {
    const { accessToken } = await linkReady(bank, plaid, "ins_900106");
    const other = await linkReady(bank, plaid, "ins_900106");
    const { cursor } = await syncLoop(plaid, other.accessToken, nothingKnown);
    const sync = (request: object) =>
      problemFrom(plaid.transactionsSync({ access_token: accessToken, ...request }));
    expect((await sync({ cursor })).code).toBe("INVALID_FIELD");
    expect((await sync({ cursor: "nonsense" })).code).toBe("INVALID_FIELD");
    expect((await sync({ count: 501 })).code).toBe("INVALID_FIELD");
    expect((await sync({ access_token: "access-sandbox-none" })).code).toBe("INVALID_ACCESS_TOKEN");
  });

  it("gives other ids to the same bank's rows when it is linked again", async () => {
    const one = await linkReady(bank, plaid, "ins_900106");
    const two = await linkReady(bank, plaid, "ins_900106");
    const ids = async (accessToken: string) => [
      ...(await syncLoop(plaid, accessToken, nothingKnown)).rows.keys(),
    ];
    const [first, second] = [await ids(one.accessToken), await ids(two.accessToken)];
    expect(first).toHaveLength(second.length);
    expect(new Set([...first, ...second]).size).toBe(first.length * 2);
  });

  it("makes 100,000 rows at once, with ids that never repeat, and reads on page by page", async () => {
    const own = await openBank();
    const { accessToken, itemId } = await linkReady(own.bank, own.plaid, "ins_900106");
    const known = await syncLoop(own.plaid, accessToken, nothingKnown);
    const before = process.cpuUsage();
    await control(own.bank, "bulk", { account: notice, count: 100_000 });
    expect(cpuMsSince(before)).toBeLessThan(3_000);
    const { transactionId, log } = own.bank.sandbox.items.get(itemId);
    expect(log.length).toBe(known.rows.size + 100_000);
    expect(new Set(Array.from({ length: 100_000 }, (_, i) => transactionId(i))).size).toBe(100_000);
    let { cursor } = known;
    const seen = new Set<string>();
    for (let page = 0; page < 10; page++) {
      const request = { access_token: accessToken, count: 500, cursor };
      const { data } = await own.plaid.transactionsSync(request);
      expect(data.has_more).toBe(true);
      cursor = data.next_cursor;
      for (const row of data.added) seen.add(row.transaction_id);
    }
    expect(seen.size).toBe(5_000);
    await own.bank.close();
  }, 30_000);
});

function sorted(rows: Map<string, { transaction_id: string }>) {
  return [...rows.values()].sort((a, b) => (a.transaction_id < b.transaction_id ? -1 : 1));
}

/** What an item should see, counted from the world itself. */
function visibleRows(accessToken: string): number {
  const item = bank.sandbox.items.byAccessToken(accessToken);
  return item.paths
    .flatMap((path) => bank.sandbox.world.newest(path, 100_000))
    .filter((row) => row.bookedOn >= item.from).length;
}
