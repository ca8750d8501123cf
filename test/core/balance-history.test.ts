import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balanceHistory } from "../../server/src/core/balance-history.ts";
import { addDays, daysBetween, localDate } from "../../server/src/core/dates.ts";
import { law } from "./law.ts";

const from = localDate("2026-11-01");
const known = fc
  .uniqueArray(fc.integer({ min: -30, max: 60 }), { maxLength: 20 })
  .map((offsets) =>
    offsets.map((offset) => ({ day: addDays(from, offset), balanceMinor: BigInt(offset) })),
  );

describe("balance history", () => {
  it("carries a balance over days without one, and makes none up before the first", () => {
    const day = (text: string, balanceMinor: bigint) => ({ day: localDate(text), balanceMinor });
    const rows = [day("2026-11-05", 50n), day("2026-11-03", 30n)];
    expect(balanceHistory(rows, from, localDate("2026-11-06"))).toEqual([
      day("2026-11-03", 30n),
      day("2026-11-04", 30n),
      day("2026-11-05", 50n),
      day("2026-11-06", 50n),
    ]);
    expect(balanceHistory([day("2026-10-20", 7n)], from, from)).toEqual([day("2026-11-01", 7n)]);
    expect(balanceHistory([], from, localDate("2026-11-06"))).toEqual([]);
  });

  it("has every day once from the first known one, each with the last known balance", () => {
    law(
      fc.property(known, fc.integer({ min: -2, max: 50 }), (rows, length) => {
        const to = addDays(from, length);
        const points = balanceHistory(rows, from, to);
        for (const [index, { day, balanceMinor }] of points.entries()) {
          if (index > 0) expect(daysBetween(points[index - 1]?.day ?? day, day)).toBe(1);
          const before = rows.filter((row) => row.day <= day).map((row) => row.balanceMinor);
          // Offsets are the balances here, so the last day's is the greatest.
          expect(balanceMinor).toBe(before.sort((a, b) => Number(b - a))[0]);
        }
        const first = rows.map(({ day }) => day).sort()[0];
        if (first !== undefined && first <= to && to >= from) expect(points.at(-1)?.day).toBe(to);
      }),
    );
  });

  it("does not depend on the order of what is known", () => {
    law(
      fc.property(known, (rows) => {
        const to = addDays(from, 40);
        expect(balanceHistory(rows.toReversed(), from, to)).toEqual(balanceHistory(rows, from, to));
      }),
    );
  });
});
