import { describe, expect, it } from "vitest";
import {
  checkManualMatch,
  ExceedsItem,
  type ManualItem,
  type ManualMatchProblem,
  type ManualTransaction,
} from "../../../server/src/core/matching/check-manual-match.ts";

const paid: ManualTransaction = {
  id: "t1",
  amountMinor: 50_000n,
  openMinor: 50_000n,
  currency: "EUR",
  state: "live",
};
const first: ManualItem = {
  id: "i1",
  kind: "invoice",
  openMinor: 30_000n,
  currency: "EUR",
  state: "open",
};
const second: ManualItem = { ...first, id: "i2" };

function check(
  allocations: readonly (readonly [string, string, bigint])[],
  transactions: readonly ManualTransaction[] = [paid],
  items: readonly ManualItem[] = [first, second],
) {
  return checkManualMatch({
    transactions,
    items,
    allocations: allocations.map(([transactionId, itemId, amountMinor]) => ({
      transactionId,
      itemId,
      kind: "payment",
      amountMinor,
      transactionMinor: amountMinor,
      rate: null,
    })),
  });
}

function problemOf(...given: Parameters<typeof check>): ManualMatchProblem["code"] | null {
  const checked = check(...given);
  return checked.ok ? null : checked.problem.code;
}

describe("a match by hand", () => {
  it("may split one transaction over several items, and leave a rest", () => {
    const checked = check([
      ["t1", "i1", 30_000n],
      ["t1", "i2", 15_000n],
    ]);
    expect(checked.ok && checked.value.map((one) => one.amountMinor)).toEqual([30_000n, 15_000n]);
  });

  it("adds up what was given twice for the same pair", () => {
    const checked = check([
      ["t1", "i1", 10_000n],
      ["t1", "i1", 20_000n],
    ]);
    expect(checked.ok && checked.value).toEqual([
      {
        transactionId: "t1",
        itemId: "i1",
        kind: "payment",
        amountMinor: 30_000n,
        transactionMinor: 30_000n,
        rate: null,
      },
    ]);
  });

  it("may put several transactions on one item", () => {
    const parts = [
      { ...paid, id: "t1", openMinor: 10_000n },
      { ...paid, id: "t2", openMinor: 20_000n },
    ];
    expect(
      problemOf(
        [
          ["t1", "i1", 10_000n],
          ["t2", "i1", 20_000n],
        ],
        parts,
      ),
    ).toBeNull();
  });

  it("needs something selected, and only what exists", () => {
    expect(problemOf([])).toBe("nothing_selected");
    expect(problemOf([["t9", "i1", 1n]])).toBe("unknown_selection");
    expect(problemOf([["t1", "i9", 1n]])).toBe("unknown_selection");
  });

  it("refuses amounts that are not above zero", () => {
    expect(problemOf([["t1", "i1", 0n]])).toBe("amount_not_positive");
    expect(problemOf([["t1", "i1", -1n]])).toBe("amount_not_positive");
  });

  it("refuses excluded and removed transactions, and void items", () => {
    expect(problemOf([["t1", "i1", 1n]], [{ ...paid, state: "excluded" }])).toBe(
      "transaction_not_live",
    );
    expect(problemOf([["t1", "i1", 1n]], [{ ...paid, state: "removed" }])).toBe(
      "transaction_not_live",
    );
    expect(problemOf([["t1", "i1", 1n]], [paid], [{ ...first, state: "void" }])).toBe("item_void");
  });

  it("refuses another currency and the wrong direction", () => {
    expect(problemOf([["t1", "i1", 1n]], [{ ...paid, currency: "USD" }])).toBe("currency_mismatch");
    expect(problemOf([["t1", "i1", 1n]], [{ ...paid, amountMinor: -50_000n }])).toBe(
      "direction_mismatch",
    );
    expect(problemOf([["t1", "i1", 1n]], [paid], [{ ...first, kind: "expense" }])).toBe(
      "direction_mismatch",
    );
  });

  it("refuses more than the item has left, and says by how much", () => {
    const checked = check([["t1", "i1", 30_001n]]);
    expect(checked.ok ? null : checked.problem).toBeInstanceOf(ExceedsItem);
    expect(checked.ok ? null : checked.problem).toMatchObject({
      code: "exceeds_item",
      itemId: "i1",
      openMinor: 30_000n,
      allocatedMinor: 30_001n,
    });
  });

  it("refuses more than the transaction has left over all items together", () => {
    const allocations = [
      ["t1", "i1", 30_000n],
      ["t1", "i2", 20_001n],
    ] as const;
    expect(problemOf(allocations)).toBe("exceeds_transaction");
  });

  it("refuses a paid item by its amount: nothing of it is open", () => {
    expect(
      problemOf([["t1", "i1", 1n]], [paid], [{ ...first, state: "paid", openMinor: 0n }]),
    ).toBe("exceeds_item");
  });
});
