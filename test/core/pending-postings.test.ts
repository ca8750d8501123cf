import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, localDate } from "../../server/src/core/dates.ts";
import {
  type Posting,
  pairPostings,
  postingDaysMax,
  type VanishedPending,
} from "../../server/src/core/pending-postings.ts";

const day = localDate("2026-11-10");
const at = new Date("2026-11-10T08:00:00Z");
const line = { accountId: "a", currency: "GBP", amountMinor: -250n, bookedOn: day };
const pending = (values: Partial<VanishedPending> = {}): VanishedPending => ({
  ...{ ...line, id: "p", createdAt: at },
  ...values,
});
const posting = (values: Partial<Posting> = {}): Posting => ({
  ...{ ...line, externalId: "x", knownSince: null },
  ...values,
});
const pair = [{ pendingId: "p", externalId: "x" }];

describe("a posting is the pending row that vanished", () => {
  test("when account, currency, amount and about the day fit", () => {
    expect(pairPostings([pending()], [posting()])).toEqual(pair);
    const late = addDays(day, postingDaysMax);
    expect(pairPostings([pending()], [posting({ bookedOn: late })])).toEqual(pair);
  });

  test.each([
    ["another account", { accountId: "b" }],
    ["another currency", { currency: "EUR" }],
    ["another amount", { amountMinor: -251n }],
    ["a day too late", { bookedOn: addDays(day, postingDaysMax + 1) }],
  ])("not with %s", (_what, values) => {
    expect(pairPostings([pending()], [posting(values)])).toEqual([]);
  });

  test("not when two of either could be meant", () => {
    expect(pairPostings([pending()], [posting(), posting({ externalId: "y" })])).toEqual([]);
    expect(pairPostings([pending(), pending({ id: "q" })], [posting()])).toEqual([]);
  });

  test("not when the books have one already that came after it", () => {
    const known = (knownSince: Date) => posting({ externalId: "k", knownSince });
    expect(pairPostings([pending()], [posting(), known(at)])).toEqual([]);
    const before = new Date(at.getTime() - 1);
    expect(pairPostings([pending()], [posting(), known(before)])).toEqual(pair);
    expect(pairPostings([pending()], [known(at)])).toEqual([]);
  });
});

const someLine = fc.record({
  accountId: fc.constantFrom("a", "b"),
  currency: fc.constantFrom("GBP", "EUR"),
  amountMinor: fc.bigInt({ min: 1n, max: 3n }),
  bookedOn: fc.nat({ max: 25 }).map((days) => addDays(day, days)),
});
const moment = fc.nat({ max: 5 }).map((hours) => new Date(at.getTime() + hours * 3_600_000));
const someVanished = fc
  .array(fc.tuple(someLine, moment), { maxLength: 8 })
  .map((rows) => rows.map(([each, createdAt], i) => ({ ...each, id: `p${i}`, createdAt })));
const somePostings = fc
  .array(fc.tuple(someLine, fc.option(moment)), { maxLength: 8 })
  .map((rows) =>
    rows.map(([each, knownSince], i) => ({ ...each, externalId: `x${i}`, knownSince })),
  );

describe("whatever vanishes and whatever comes", () => {
  test("each row is in one pair at most, and both sides of it are alike", () => {
    fc.assert(
      fc.property(someVanished, somePostings, (vanished, postings) => {
        const pairs = pairPostings(vanished, postings);
        expect(new Set(pairs.map(({ pendingId }) => pendingId)).size).toBe(pairs.length);
        expect(new Set(pairs.map(({ externalId }) => externalId)).size).toBe(pairs.length);
        for (const { pendingId, externalId } of pairs) {
          const p = vanished.find(({ id }) => id === pendingId);
          const x = postings.find((each) => each.externalId === externalId);
          expect([x?.accountId, x?.currency, x?.amountMinor, x?.knownSince]).toEqual([
            ...[p?.accountId, p?.currency, p?.amountMinor, null],
          ]);
        }
      }),
      { seed: 311, numRuns: 400 },
    );
  });

  test("the order of the rows changes nothing", () => {
    fc.assert(
      fc.property(someVanished, somePostings, (vanished, postings) => {
        const sorted = (pairs: { pendingId: string }[]) =>
          [...pairs].sort((a, b) => (a.pendingId < b.pendingId ? -1 : 1));
        expect(sorted(pairPostings([...vanished].reverse(), [...postings].reverse()))).toEqual(
          sorted(pairPostings(vanished, postings)),
        );
      }),
      { seed: 312, numRuns: 200 },
    );
  });

  test("a second payment alike, on either side, takes the pair away and makes no other", () => {
    fc.assert(
      fc.property(someVanished, somePostings, (vanished, postings) => {
        for (const { pendingId, externalId } of pairPostings(vanished, postings)) {
          const twin = postings.find((each) => each.externalId === externalId);
          const withTwin = pairPostings(vanished, [
            ...postings,
            ...(twin ? [{ ...twin, externalId: "twin" }] : []),
          ]);
          expect(withTwin.map((each) => each.pendingId)).not.toContain(pendingId);
          expect(withTwin.map((each) => each.externalId)).not.toContain("twin");
        }
      }),
      { seed: 313, numRuns: 200 },
    );
  });
});
