import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  earliestDay,
  feedStartProblem,
  tooOldForFeed,
} from "../../../server/src/core/accounting/feed-start.ts";
import { nextLookAt } from "../../../server/src/core/accounting/look-after.ts";
import { mustBeChecked, pushStatuses } from "../../../server/src/core/accounting/push-status.ts";
import { addDays } from "../../../server/src/core/dates.ts";
import { law } from "../law.ts";
import { anyRules, today } from "./lines.ts";

describe("a push operation", () => {
  it("is checked before it goes again wherever nobody knows its fate", () => {
    expect(pushStatuses.filter(mustBeChecked)).toEqual(["sending", "timed_out"]);
  });
});

describe("looking after a push", () => {
  const now = new Date("2026-11-20T09:30:00Z");

  it("waits longer each time, up to ten minutes, and no longer once it has ended", () => {
    law(
      fc.property(fc.nat(500), fc.double({ min: 0, max: 0.999, noNaN: true }), (looks, random) => {
        for (const status of ["sending", "pending", "timed_out"] as const) {
          const at = nextLookAt(status, { now, looks, random, notBefore: null });
          const waitMs = (at?.getTime() ?? 0) - now.getTime();
          expect(waitMs).toBeGreaterThanOrEqual(1_000);
          expect(waitMs).toBeLessThanOrEqual(600_000);
        }
        expect(nextLookAt("success", { now, looks, random, notBefore: null })).toBeNull();
      }),
    );
  });

  it("waits as long as the platform asks", () => {
    const notBefore = new Date("2026-11-20T12:00:00Z");
    expect(nextLookAt("pending", { now, looks: 0, random: 0, notBefore })).toEqual(notBefore);
  });
});

it("takes a feed's first day from as far back as the package takes lines, and none from the future", () => {
  const week = { ...anyRules, daysBackMax: 7 };
  expect(earliestDay(week, today)).toBe(addDays(today, -7));
  expect(earliestDay(anyRules, today)).toBeNull();
  expect(feedStartProblem(addDays(today, -7), week, today)).toBeNull();
  expect(feedStartProblem(addDays(today, -8), week, today)).toBe("too_old");
  expect(feedStartProblem(addDays(today, 1), week, today)).toBe("in_the_future");
  expect(tooOldForFeed(addDays(today, -8), week, today)).toBe(true);
  expect(tooOldForFeed(addDays(today, -3_000), anyRules, today)).toBe(false);
});
