import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainPair, pairCodes } from "../../../server/src/core/matching/explain-pair.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import {
  type MatchingInput,
  proposeMatches,
} from "../../../server/src/core/matching/propose-matches.ts";
import { law } from "../law.ts";
import { type ItemSketch, itemOf, type TransactionSketch, transactionOf } from "./build.ts";
import { generateLabelled } from "./labelled/generate.ts";
import { tuning } from "./labelled/tuning.ts";

const acme = { client: "Acme Ltd", amount: "500.00" };
const paid = { id: "t1", amount: "500.00", payer: "Acme Ltd" };
const billed = { id: "i1", number: "INV-1001", ...acme };

function explain(
  transactions: readonly TransactionSketch[],
  items: readonly ItemSketch[],
  over: Partial<MatchingInput> = {},
) {
  const input = {
    transactions: transactions.map(transactionOf),
    items: items.map(itemOf),
    profiles: builtInProfiles,
    ...over,
  };
  const { code, change, lostTo, score, threshold } = explainPair(input, "t1", "i1");
  return { code, change, lostTo: lostTo.map((one) => one.itemId), score, threshold };
}

describe("why a transaction and an item are not matched", () => {
  it("is nothing where they are", () => {
    expect(explain([paid], [billed])).toMatchObject({ code: "matched", change: null, score: 75 });
  });

  it("names what it lost to, and what would turn it round", () => {
    const other = { id: "i2", number: "INV-2002", ...acme };
    // Without the other it would still be another number that is named.
    expect(explain([{ ...paid, reference: "INV-2002" }], [billed, other])).toMatchObject({
      code: "lost_to",
      lostTo: ["i2"],
      change: null,
    });
    const late = { ...billed, issuedOn: "2026-06-01", dueOn: "2026-06-15" };
    const recent = { ...billed, id: "i2", number: "INV-2002" };
    expect(explain([paid], [{ ...late, dueOn: "2026-10-20" }, recent])).toMatchObject({
      code: "near_tie",
      lostTo: ["i2"],
    });
  });

  it("names the equal rivals of a tie", () => {
    const twin = { id: "i2", number: "INV-2002", ...acme };
    expect(explain([paid], [billed, twin])).toMatchObject({
      code: "tie",
      lostTo: ["i2"],
      change: { code: "without_rivals", values: { count: "1" } },
    });
  });

  it.each([
    ["a number", { ...paid, payer: "Zeta AG" }, billed, "amount_only", "number", "INV-1001"],
    [
      "an amount",
      { ...paid, amount: "740.00", reference: "INV-1001" },
      billed,
      "amount_exceeds_open",
      "amount",
      "500.00",
    ],
    ["a line that is booked", { ...paid, pending: true }, billed, "pending", "booked", undefined],
  ])("says that %s would do it", (_, transaction, item, code, change, value) => {
    const told = explain([transaction], [item]);
    expect(told).toMatchObject({ code, change: { code: change } });
    expect(told.change?.values.value).toBe(value);
  });

  it("says it of a decline, of a rate and of a family that is switched off", () => {
    const declined = [{ transactionId: "t1", itemId: "i1" }];
    expect(explain([paid], [billed], { declined })).toMatchObject({
      code: "declined",
      change: { code: "not_declined" },
    });
    const named = { ...paid, reference: "INV-1001" };
    expect(explain([named], [{ ...billed, currency: "USD" }])).toMatchObject({
      code: "no_rate",
      change: { code: "rate", values: { base: "EUR", quote: "USD", day: "2026-11-10" } },
    });
    const automatic = { invoice: false, demand: true };
    expect(explain([paid], [billed], { automatic })).toMatchObject({
      code: "automatic_off",
      change: { code: "automatic" },
    });
  });

  it("promises nothing where no single change would do it", () => {
    expect(explain([{ ...paid, amount: "-500.00" }], [billed])).toMatchObject({
      code: "other_direction",
      change: null,
    });
    const far = { ...paid, payer: "Zeta AG", amount: "3.10", reference: "INV-9999" };
    expect(explain([far], [{ ...billed, issuedOn: "2027-03-01", dueOn: null }])).toMatchObject({
      change: null,
    });
  });

  it("throws for a pair that the books do not hold", () => {
    const input = { transactions: [], items: [], profiles: builtInProfiles };
    expect(() => explainPair(input, "t1", "i1")).toThrow(TypeError);
  });
});

describe("any explanation", { timeout: 30_000 }, () => {
  it("agrees with what is decided, and its change does what it says", () => {
    law(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), fc.nat(), (seed, at, other) => {
        const set = generateLabelled(tuning, seed, 12);
        const transaction = set.transactions[at % set.transactions.length];
        const item = set.items[other % Math.max(1, set.items.length)];
        if (transaction === undefined || item === undefined) return;
        const input = {
          transactions: set.transactions,
          items: set.items,
          profiles: builtInProfiles,
        };
        const told = explainPair(input, transaction.id, item.id);
        const matched = proposeMatches(input).matches.some((match) =>
          match.payments.some(
            (one) => one.transactionId === transaction.id && one.itemId === item.id,
          ),
        );
        expect(told.matched).toBe(matched);
        expect(pairCodes).toContain(told.code);
        expect(told.evidence.reduce((sum, { points }) => sum + points, 0)).toBe(told.score);
        if (matched) expect(told.change).toBeNull();
      }),
      60,
    );
  });
});
