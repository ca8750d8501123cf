import { describe, expect, it } from "vitest";
import { dayNumber, localDate } from "../../../server/src/core/dates.ts";
import { namedPeriods } from "../../../server/src/core/matching/named-periods.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import type { MatchableItem } from "../../../server/src/core/matching/types.ts";
import { itemOf, transactionOf } from "./build.ts";

const demand = { kind: "demand", blockId: "block", unitNumber: "12", surname: "Harrison" } as const;

/** Equal demands of one unit: number, issue, due. */
function quarters(
  ...rows: readonly (readonly [string, string, string])[]
): readonly MatchableItem[] {
  return rows.map(([number, issuedOn, dueOn]) => ({
    ...itemOf({ id: number, number, client: "Mr A Harrison", amount: "500.00", issuedOn, dueOn }),
    ...demand,
  }));
}

function matched(reference: string, bookedOn: string, items: readonly MatchableItem[]) {
  const line = transactionOf({ id: "t1", amount: "500.00", reference, bookedOn });
  const { matches, suggestions } = proposeMatches({
    transactions: [{ ...line, blockId: items[0]?.blockId ?? null }],
    items,
    profiles: builtInProfiles,
  });
  const reasons = suggestions.map((one) => one.reasonNotAutomatic);
  return [...matches.flatMap(({ payments }) => payments.map((one) => one.itemId)), ...reasons];
}

describe("equal demands of one unit", () => {
  const calendar = quarters(
    ["SC-101", "2026-07-01", "2026-07-29"],
    ["SC-144", "2026-10-01", "2026-10-29"],
  );
  const quarterDays = quarters(
    ["SC-101", "2026-05-20", "2026-06-24"],
    ["SC-144", "2026-08-25", "2026-09-29"],
  );

  it.each([
    ["by its number", "FLAT 12 SC-101", "2026-11-05", "SC-101"],
    ["by its quarter", "FLAT 12 Q4", "2026-10-20", "SC-144"],
    ["by a quarter in words", "flat 12 fourth quarter", "2026-10-20", "SC-144"],
    ["by its months", "FLAT 12 Oct-Dec 2026", "2026-10-20", "SC-144"],
    ["by the earlier quarter while it runs", "FLAT 12 Jul to Sep", "2026-08-02", "SC-101"],
  ])("one is told %s", (_, reference, bookedOn, id) => {
    expect(matched(reference, bookedOn, calendar)).toEqual([id]);
  });

  it("are told where they are due on the quarter days before", () => {
    expect(matched("FLAT 12 Q4", "2026-10-20", quarterDays)).toEqual(["SC-144"]);
    expect(matched("FLAT 12 Q3", "2026-07-02", quarterDays)).toEqual(["SC-101"]);
  });

  // Sent in arrears, the demand of July is the second quarter's.
  it("stay a tie where the quarter is over, for it may have been demanded afterwards", () => {
    expect(matched("FLAT 12 Q3", "2026-11-05", calendar)).toEqual(["tie", "tie"]);
  });

  it("are told by a quarter that is over where their numbers say it", () => {
    const numbered = quarters(
      ["SC-2026-Q3-12", "2026-07-01", "2026-07-29"],
      ["SC-2026-Q4-12", "2026-10-01", "2026-10-29"],
    );
    expect(matched("FLAT 12 Q3", "2026-11-05", numbered)).toEqual(["SC-2026-Q3-12"]);
  });

  it.each([
    ["nothing", "FLAT 12"],
    ["both quarters", "FLAT 12 Q3 Q4"],
    ["another quarter", "FLAT 12 Q1 2027"],
    ["the unit alone", "Q4"],
  ])("stay undecided where %s is named", (_, reference) => {
    expect(matched(reference, "2026-10-20", calendar)).not.toContain("SC-144");
  });
});

it("tells the equal invoices of a running month from those before", () => {
  const subscription = (id: string, issuedOn: string) =>
    itemOf({
      id,
      number: `INV-${id}`,
      client: "Betacraft Ceramics",
      amount: "500.00",
      issuedOn,
      dueOn: null,
    });
  const items = [subscription("801", "2026-10-01"), subscription("914", "2026-11-01")];
  const reference = (text: string) =>
    matched(`Betacraft Ceramics hosting ${text}`, "2026-11-09", items);
  expect(reference("November 2026")).toEqual(["914"]);
  expect(reference("11/2026")).toEqual(["914"]);
  expect(reference("October 2026")).not.toContain("801");
});

describe("the periods that a text names", () => {
  const near = dayNumber(localDate("2026-11-05"));
  const first = (text: string) =>
    namedPeriods(text, near).map(({ startDay, months }) => [
      startDay - dayNumber(localDate("2026-01-01")),
      months,
    ]);

  it.each([
    ["Q3", [[181, 3]]],
    ["Q 3", [[181, 3]]],
    ["2026 Q3", [[181, 3]]],
    ["q1", [[365, 3]]],
    ["Q1 2026", [[0, 3]]],
    ["Q1/26", [[0, 3]]],
    ["third quarter", [[181, 3]]],
    ["3. Quartal 2026", [[181, 3]]],
    ["H2 2026", [[181, 6]]],
    ["second half", [[181, 6]]],
    ["Jul-Sep", [[181, 3]]],
    ["July to September 2026", [[181, 3]]],
    ["Nov-Jan", [[304, 3]]],
    ["11/2026", [[304, 1]]],
    ["Q5, H3", []],
    ["flat 3, 12", []],
  ])("%s", (text, periods) => {
    expect(first(text)).toEqual(periods);
  });
});
