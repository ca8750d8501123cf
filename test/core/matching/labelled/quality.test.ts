import { describe, expect, it } from "vitest";
import { decideLabelled } from "./decide-labelled.ts";
import { generateLabelled } from "./generate.ts";
import { heldOut } from "./held-out.ts";
import type { Situation } from "./labelled-set.ts";
import { measure, precisionOf } from "./measure.ts";
import { headline, recallOf } from "./quality-tables.ts";
import { tuning } from "./tuning.ts";

const transactions = 2_000;
const seeds = [20_261_121, 42];

// Small sets scatter: the bounds are a little below what `pnpm bench quality` shows on large ones.
const bounds = {
  tuning: { precision: 0.998, recall: 0.9, firstThree: 0.97, oneToMany: 0.99 },
  "held-out": { precision: 0.998, recall: 0.87, firstThree: 0.97, oneToMany: 0.985 },
};

/** Where an automatic match is a guess, whatever it picks. */
const undecidable: readonly Situation[] = [
  "equal_twins",
  "paid_twice",
  "standing_unnamed",
  "on_account",
  "demand_two_units",
  "demand_standing_order",
  "demand_amount_only",
];

describe.each([tuning, heldOut])(
  "matching in the labelled world $name",
  { timeout: 30_000 },
  (profile) => {
    it.each(seeds)("is right where it decides, and decides most (seed %i)", (seed) => {
      const set = generateLabelled(profile, seed, transactions);
      const measures = measure(set, decideLabelled(set));
      console.info(`matching quality, ${profile.name}, seed ${seed}: ${headline(measures)}`);
      const { all, oneToMany, bySituation, transfers } = measures;
      const least = bounds[profile.name];
      // A false automatic match costs far more than a missed one.
      expect(precisionOf(all)).toBeGreaterThanOrEqual(least.precision);
      expect(recallOf(all)).toBeGreaterThanOrEqual(least.recall);
      expect(all.firstThree / all.belonging).toBeGreaterThanOrEqual(least.firstThree);
      expect(precisionOf(oneToMany)).toBeGreaterThanOrEqual(least.oneToMany);
      expect(all.firstThree / all.belonging).toBeGreaterThanOrEqual(0.97);
      expect(transfers.right).toBe(transfers.found);
      for (const situation of undecidable) {
        expect([situation, bySituation.get(situation)?.automatic]).toEqual([situation, 0]);
      }
    });
  },
);

describe("a labelled set", () => {
  it("is the same for the same seed, and another for another", () => {
    const texts = (seed: number) =>
      generateLabelled(heldOut, seed, 300).transactions.map((one) => [
        one.id,
        one.amountMinor,
        one.description,
        one.reference,
      ]);
    expect(texts(5)).toEqual(texts(5));
    expect(texts(6)).not.toEqual(texts(5));
  });

  it("pays no more on any item than is open, and names both lines of a transfer", () => {
    const set = generateLabelled(tuning, 5, 3_000);
    const open = new Map(set.items.map((item) => [item.id, item.openMinor]));
    for (const { amounts, batch, transferId, situation } of set.truth.values()) {
      if (transferId !== null) expect(set.truth.get(transferId)?.situation).toBe(situation);
      // Each line of a batch is on all its items; of an invoice paid twice one payment goes back.
      if (batch !== null || situation === "paid_twice") continue;
      for (const [itemId, amountMinor] of amounts) {
        open.set(itemId, (open.get(itemId) ?? 0n) - amountMinor);
      }
    }
    expect([...open.values()].filter((left) => left < 0n)).toEqual([]);
  });
});
