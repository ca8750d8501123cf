/// <reference types="svelte" />
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineAllocation } from "../../../../client/src/features/reconciliation/allocation.svelte.ts";
import type { Item } from "../../../../client/src/features/reconciliation/fragments.ts";
import { addDecimals, compareDecimals, isNegative } from "../../../../client/src/lib/decimal.ts";

function item(number: string, open: string, currency = "GBP"): Item {
  const amount = { amount: open, currency };
  return {
    ...{ __typename: "OpenItem", id: `id of ${number}`, kind: "INVOICE", number },
    ...{ counterpartyName: "Alder & Sons", issuedOn: "2026-11-01", dueOn: "2026-11-15" },
    ...{ amount, openAmount: amount, status: "OPEN", description: null },
    ...{ standalone: false, unit: null },
  };
}

function allocating(open: string): LineAllocation {
  const allocation = new LineAllocation("line", open);
  allocation.currency = "GBP";
  return allocation;
}

describe("what is proposed", () => {
  const first = item("INV-1", "250.00");
  const second = item("INV-2", "90.00");

  test("follows the candidates until a person chooses", () => {
    const allocation = allocating("200.00");
    allocation.suggest(first);
    expect(allocation.allocations).toEqual([
      { transactionId: "line", openItemId: first.id, amount: "200.00" },
    ]);
    allocation.suggest(second);
    expect(allocation.shares.map((share) => share.item.number)).toEqual(["INV-2"]);
    allocation.suggest(undefined);
    expect(allocation.shares).toEqual([]);
  });

  test.each<[string, (allocation: LineAllocation) => void]>([
    ["an amount", (allocation) => allocation.type(first.id, "120.00")],
    ["what it takes of the line", (allocation) => allocation.take(first.id, "120.00")],
    [
      "what becomes of the item's rest",
      (allocation) => allocation.settleRest(first.id, "DISCOUNT"),
    ],
    ["what becomes of the line's rest", (allocation) => allocation.settleLeft("ROUNDING")],
    ["another item", (allocation) => allocation.pick(first)],
    ["to split", (allocation) => allocation.toggleSplit()],
  ])("no longer changes once a person has said %s", (_, say) => {
    const allocation = allocating("245.00");
    allocation.suggest(first);
    say(allocation);
    const said = [allocation.shares, allocation.leftAs];
    allocation.suggest(second);
    allocation.suggest(undefined);
    expect([allocation.shares, allocation.leftAs]).toEqual(said);
  });
});

test("a rest within reason is settled as what it is called, and a larger one stays open", () => {
  const allocation = allocating("245.00");
  const invoice = item("INV-1", "250.00");
  allocation.suggest(invoice);
  allocation.settleRest(invoice.id, "DISCOUNT");
  const pair = { transactionId: "line", openItemId: invoice.id };
  expect(allocation.allocations).toEqual([
    { ...pair, amount: "245.00" },
    { ...pair, amount: "5.00", kind: "DISCOUNT" },
  ]);
  allocation.type(invoice.id, "100.00");
  allocation.settleRest(invoice.id, "DISCOUNT");
  expect(allocation.allocations).toEqual([{ ...pair, amount: "100.00" }]);
});

const cents = fc.integer({ min: 1, max: 50_000 });
const inDecimals = (amount: number) => (amount / 100).toFixed(2);
const doings = fc.array(
  fc.oneof(
    fc.record({ doing: fc.constant("pick" as const), at: fc.nat(3) }),
    fc.record({ doing: fc.constant("add" as const), at: fc.nat(3) }),
    fc.record({ doing: fc.constant("split" as const) }),
    fc.record({ doing: fc.constant("type" as const), at: fc.nat(3), amount: cents }),
    fc.record({ doing: fc.constant("take" as const), at: fc.nat(3), amount: cents }),
    fc.record({ doing: fc.constant("rest" as const), at: fc.nat(3) }),
    fc.record({ doing: fc.constant("left" as const) }),
  ),
  { maxLength: 12 },
);

test("whatever a person does, what can be matched never takes more than line and items have", () => {
  let matched = 0;
  fc.assert(
    fc.property(
      cents,
      fc.array(fc.record({ open: cents, foreign: fc.boolean() }), { minLength: 4, maxLength: 4 }),
      doings,
      (open, opens, done) => {
        const allocation = allocating(inDecimals(open));
        const items = opens.map((each, at) =>
          item(`INV-${at}`, inDecimals(each.open), each.foreign ? "EUR" : "GBP"),
        );
        allocation.suggest(items[0]);
        for (const one of done) {
          const its = items["at" in one ? one.at : 0] as Item;
          if (one.doing === "pick") allocation.pick(its);
          else if (one.doing === "add") allocation.add(its);
          else if (one.doing === "split") allocation.toggleSplit();
          else if (one.doing === "type") allocation.type(its.id, inDecimals(one.amount));
          else if (one.doing === "take") allocation.take(its.id, inDecimals(one.amount));
          else if (one.doing === "rest") allocation.settleRest(its.id, "BANK_FEE");
          else allocation.settleLeft("ROUNDING");
        }
        if (allocation.obstacle !== undefined) return;
        matched += 1;
        const lines = allocation.allocations;
        for (const each of items) {
          const own = lines.filter(({ openItemId }) => openItemId === each.id);
          const sum = addDecimals(...own.map(({ amount }) => amount));
          expect(compareDecimals(sum, each.openAmount.amount)).toBeLessThanOrEqual(0);
          expect(own.every(({ amount }) => !isNegative(amount))).toBe(true);
        }
        const taken = lines.map(
          ({ kind, amount, transactionAmount }) => transactionAmount ?? (kind ? "0" : amount),
        );
        expect(compareDecimals(addDecimals(...taken), inDecimals(open))).toBeLessThanOrEqual(0);
      },
    ),
    { seed: 20261122, numRuns: 2_000 },
  );
  expect(matched).toBeGreaterThan(200);
});
