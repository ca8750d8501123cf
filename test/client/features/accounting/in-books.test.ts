import { expect, test } from "vitest";
import type { InBooks } from "../../../../client/src/features/accounting/in-books/documents.ts";
import {
  sinceWords,
  standingWords,
} from "../../../../client/src/features/accounting/in-books/words.ts";

type Line = NonNullable<InBooks["line"]>;

function line(values: Partial<Line>): Line {
  return {
    ...{ id: "feed:transaction", state: "CONFIRMED", bookedOn: "2026-11-16", checkedAt: null },
    ...{ arrivedOn: null, arrivedAmount: null, leftOutBy: null, leftOutReason: null },
    ...{ problems: [], operation: null },
    ...values,
  };
}

test.each<[string, Pick<InBooks, "line" | "heldBack">]>([
  ["It was not pushed yet, and goes with the next push.", { line: null, heldBack: null }],
  ["It is dated in the future.", { line: null, heldBack: "It is dated in the future." }],
  ["It goes again with the next push.", { line: line({ state: "RELEASED" }), heldBack: null }],
  [
    "It is not reconciled yet.",
    { line: line({ state: "RELEASED" }), heldBack: "It is not reconciled yet." },
  ],
  ["It arrived as it was sent.", { line: line({}), heldBack: null }],
  [
    "Left out by Ada: Entered there by hand",
    {
      line: line({
        ...{ state: "LEFT_OUT", leftOutBy: "Ada", leftOutReason: "Entered there by hand" },
      }),
      heldBack: null,
    },
  ],
])("a transaction's place in the books is told: %s", (words, standing) => {
  expect(standingWords(standing)).toBe(words);
});

test("what somebody changed there is told as the books have it", () => {
  const changed = line({
    ...{ state: "CHANGED", arrivedOn: "2026-11-17" },
    arrivedAmount: { amount: "-1.23", currency: "GBP" },
  });
  expect(standingWords({ line: changed, heldBack: null })).toMatch(
    /^Somebody changed it: the books have it as .*1\.23.* on .*17.*\.$/,
  );
});

test("of a line that went as reconciled it is said once it is so no more", () => {
  const went = { feed: { pushMode: "RECONCILED" as const }, line: line({ state: "CONFIRMED" }) };
  expect(sinceWords("UNMATCHED", went)).toMatch(/stays in the books .* does not go again/);
  expect(sinceWords("MATCHED", went)).toBeUndefined();
  expect(sinceWords("UNMATCHED", { ...went, feed: { pushMode: "MANUAL" } })).toBeUndefined();
  expect(sinceWords("UNMATCHED", { ...went, line: line({ state: "DUE" }) })).toBeUndefined();
  expect(sinceWords("UNMATCHED", { ...went, line: null })).toBeUndefined();
});
