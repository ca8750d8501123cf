import fc from "fast-check";
import { expect, it } from "vitest";
import { nextScheduledSync, spreadAfter } from "../../server/src/core/sync-schedule.ts";
import { law } from "./law.ts";

const hourMs = 3_600_000;
const now = new Date("2026-11-20T09:30:00Z");
const ids = fc.uuid();

it("is between half and one and a half of the rhythm away", () => {
  law(
    fc.property(
      ids,
      fc.integer({ min: 1, max: 48 }),
      fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
      (id, hours, at) => {
        const waits = (nextScheduledSync(at, hours, id).getTime() - at.getTime()) / hourMs / hours;
        expect(waits).toBeGreaterThanOrEqual(0.5);
        expect(waits).toBeLessThanOrEqual(1.5);
      },
    ),
  );
});

it("keeps a connection's place, so that the rhythm is the provider's", () => {
  law(
    fc.property(ids, (id) => {
      const first = nextScheduledSync(now, 6, id);
      expect(nextScheduledSync(first, 6, id).getTime() - first.getTime()).toBe(6 * hourMs);
    }),
  );
});

it("spreads connections that were made and synced together evenly", () => {
  const minutes = Array.from({ length: 600 }, (_, index) =>
    nextScheduledSync(now, 6, `01a1fc00-0000-7000-8000-${String(index).padStart(12, "0")}`),
  ).map((at) => Math.floor((at.getTime() - now.getTime()) / 60_000 / 36));
  const counts = new Map<number, number>();
  for (const slot of minutes) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  // Ten slots of 36 minutes, 60 expected in each.
  expect(Math.max(...counts.values())).toBeLessThan(100);
  expect(counts.size).toBeGreaterThanOrEqual(10);
});

it("brings back what was held up together over the whole while", () => {
  law(
    fc.property(ids, (id) => {
      const after = spreadAfter(now, 30_000, id).getTime() - now.getTime();
      expect(after).toBeGreaterThanOrEqual(0);
      expect(after).toBeLessThan(30_000);
    }),
  );
});
