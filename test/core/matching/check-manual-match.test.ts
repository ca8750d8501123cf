import { describe, expect, it } from "vitest";
import {
  checkManualMatch,
  type ManualItem,
  type ManualTransaction,
} from "../../../server/src/core/matching/check-manual-match.ts";
import {
  ExceedsItem,
  type ManualMatchProblem,
} from "../../../server/src/core/matching/manual-match-problems.ts";
import type { ProposedPayment } from "../../../server/src/core/matching/types.ts";

const paid: ManualTransaction = {
  id: "t1",
  amountMinor: 50_000n,
  openMinor: 50_000n,
  currency: "EUR",
  blockId: null,
  state: "live",
};
const first: ManualItem = {
  id: "i1",
  kind: "invoice",
  openMinor: 30_000n,
  currency: "EUR",
  blockId: null,
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

  it("refuses the wrong direction", () => {
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

describe("differences and currencies", () => {
  const line = (over: Partial<ProposedPayment>): ProposedPayment => ({
    transactionId: "t1",
    itemId: "i1",
    kind: "payment",
    amountMinor: 29_000n,
    transactionMinor: 29_000n,
    rate: null,
    ...over,
  });
  const fee = line({ kind: "bank_fee", amountMinor: 1_000n, transactionMinor: 0n });
  const judge = (lines: readonly ProposedPayment[], item = first, transaction = paid) => {
    const checked = checkManualMatch({
      transactions: [transaction],
      items: [item],
      allocations: lines,
    });
    if (checked.ok) return checked.value;
    return "why" in checked.problem ? checked.problem.why : checked.problem.code;
  };

  it("takes a fee that closes the item beside its payment", () => {
    expect(judge([line({}), fee])).toEqual([line({}), fee]);
  });

  it("takes some cents too much out of the transaction", () => {
    const payment = line({ amountMinor: 30_000n, transactionMinor: 30_000n });
    const cents = line({ kind: "rounding", amountMinor: 0n, transactionMinor: 3n });
    expect(judge([payment, cents])).toEqual([payment, cents]);
  });

  it("refuses a difference alone, on both sides or neither, or as large as its payment", () => {
    expect(judge([fee])).toBe("alone");
    expect(judge([line({}), { ...fee, transactionMinor: 1n }])).toBe("side");
    expect(judge([line({}), { ...fee, amountMinor: 0n }])).toBe("side");
    expect(
      judge([line({}), line({ kind: "discount", amountMinor: 0n, transactionMinor: 5n })]),
    ).toBe("side");
    const small = line({ amountMinor: 500n, transactionMinor: 500n });
    expect(judge([small, { ...fee, amountMinor: 500n }])).toBe("too_large");
    expect(judge([line({}), { ...fee, kind: "exchange_difference" }])).toBe("one_currency");
  });

  it("counts a difference into what the item has left", () => {
    expect(judge([line({}), { ...fee, amountMinor: 1_001n }])).toBe("exceeds_item");
  });

  it("puts the rate of the two stated amounts beside a payment across currencies", () => {
    const yen = { ...first, currency: "JPY", openMinor: 20_000n } as const;
    const across = line({ amountMinor: 16_250n, transactionMinor: 10_000n });
    expect(judge([across], yen)).toEqual([{ ...across, rate: "162.500000000000" }]);
    const left = line({ kind: "exchange_difference", amountMinor: 0n, transactionMinor: 12n });
    expect(judge([across, left], yen)).toEqual([{ ...across, rate: "162.500000000000" }, left]);
  });

  it("takes what it puts within one currency", () => {
    expect(judge([line({ amountMinor: 28_999n })])).toBe("currency_mismatch");
  });

  it("keeps an item of a block to that block's accounts", () => {
    const demand: ManualItem = { ...first, kind: "demand", blockId: "b1" };
    expect(judge([line({})], demand)).toBe("other_block");
    expect(judge([line({})], demand, { ...paid, blockId: "b1" })).toEqual([line({})]);
  });
});
