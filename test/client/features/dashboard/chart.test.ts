import fc from "fast-check";
import { expect, test } from "vitest";
import { scaleFor } from "../../../../client/src/features/dashboard/chart.ts";

test("every value lies inside the chart, and zero is a tick", () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const { y, ticks } = scaleFor(values, 10, 250);
      expect(ticks).toContain(0);
      expect(ticks.length).toBeLessThanOrEqual(8);
      for (const each of values) {
        expect(y(each)).toBeGreaterThanOrEqual(10 - 1e-6);
        expect(y(each)).toBeLessThanOrEqual(250 + 1e-6);
      }
    }),
    { seed: 20_261_121 },
  );
});
