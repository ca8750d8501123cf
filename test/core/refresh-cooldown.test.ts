import fc from "fast-check";
import { expect, it } from "vitest";
import { nextRefreshAt, refreshCooldownMs } from "../../server/src/core/refresh-cooldown.ts";
import { law } from "./law.ts";

const now = new Date("2026-11-20T09:30:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);

it("is possible at once where none was asked for", () => {
  expect(nextRefreshAt({ refreshRequestedAt: null, refreshNotBefore: null }, now)).toBeNull();
});

it("is possible an hour after the last, to the millisecond", () => {
  const asked = (ms: number) =>
    nextRefreshAt({ refreshRequestedAt: ago(ms), refreshNotBefore: null }, now);
  expect(asked(refreshCooldownMs - 1)).toEqual(new Date(now.getTime() + 1));
  expect(asked(refreshCooldownMs)).toBeNull();
});

it("waits for whichever is later, and never answers a moment that has passed", () => {
  const moment = fc.integer({ min: -3, max: 3 }).map((hours) => ago(hours * 1_800_000));
  law(
    fc.property(fc.option(moment), fc.option(moment), (refreshRequestedAt, refreshNotBefore) => {
      const next = nextRefreshAt({ refreshRequestedAt, refreshNotBefore }, now);
      const earliest = [
        (refreshRequestedAt?.getTime() ?? Number.NEGATIVE_INFINITY) + refreshCooldownMs,
        refreshNotBefore?.getTime() ?? Number.NEGATIVE_INFINITY,
      ];
      const expected = Math.max(...earliest);
      expect(next?.getTime() ?? null).toBe(expected > now.getTime() ? expected : null);
    }),
  );
});
