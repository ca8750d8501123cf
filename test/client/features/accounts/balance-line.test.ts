import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balanceLine } from "../../../../client/src/features/accounts/balance-line.ts";

describe("the line of a balance", () => {
  it("stays within its box, and runs from edge to edge", () => {
    const values = fc.array(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), {
      minLength: 2,
      maxLength: 90,
    });
    fc.assert(
      fc.property(values, (all) => {
        const points = all.map((value, at) => ({ day: dayOf(at), value }));
        const { places } = balanceLine(points, 320, 56);
        expect(places[0]?.x).toBe(0);
        expect(places.at(-1)?.x).toBe(320);
        for (const { y } of places) {
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(56);
        }
      }),
      { seed: 20261121 },
    );
  });

  it("leaves room for days without a balance", () => {
    const days = ["2026-11-01", "2026-11-02", "2026-11-05"];
    const { places } = balanceLine(
      days.map((day) => ({ day, value: 1 })),
      400,
      40,
    );
    expect(places.map(({ x }) => x)).toEqual([0, 100, 400]);
  });

  it("shows zero only where the balance crossed it", () => {
    const line = (values: number[]) =>
      balanceLine(
        values.map((value, at) => ({ day: dayOf(at), value })),
        100,
        40,
      );
    expect(line([-10, 10]).zero).toBe(20);
    expect(line([5, 10]).zero).toBeUndefined();
  });
});

function dayOf(at: number): string {
  return new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
}
