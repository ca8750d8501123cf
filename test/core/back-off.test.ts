import fc from "fast-check";
import { expect, test } from "vitest";
import { backOffMs } from "../../server/src/core/back-off.ts";

const bounds = { firstMs: 1_000, maxMs: 60_000 };

test("waits longer with each failure, up to the bound", () => {
  const longest = (failures: number) => backOffMs(failures, 1, bounds);
  expect([1, 2, 3, 7, 50].map(longest)).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
});

test("stays within the upper half of its span, whatever the chance", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const longest = backOffMs(failures, 1, bounds);
        const wait = backOffMs(failures, random, bounds);
        expect(wait).toBeGreaterThanOrEqual(Math.floor(longest / 2));
        expect(wait).toBeLessThanOrEqual(longest);
      },
    ),
    { seed: 3 },
  );
});
