import { describe, expect, it } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { builtInProfiles, demandProfile } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { scorePair } from "../../../server/src/core/matching/score-pair.ts";
import type {
  MatchableItem,
  MatchableTransaction,
} from "../../../server/src/core/matching/types.ts";
import { itemOf, type TransactionSketch, transactionOf } from "./build.ts";

function paid(sketch: Partial<TransactionSketch>, blockId = "block"): MatchableTransaction {
  return { ...transactionOf({ id: "t1", amount: "500.00", ...sketch }), blockId };
}

function demanded(over: Partial<MatchableItem> & { readonly amount?: string } = {}): MatchableItem {
  const { amount = "500.00", ...rest } = over;
  const item = itemOf({ id: "d1", number: "SC-1", client: "Mr A Harrison", amount });
  const demand = {
    kind: "demand",
    blockId: "block",
    unitNumber: "12",
    surname: "Harrison",
  } as const;
  return { ...item, ...demand, ...rest };
}

describe("the demand profile", () => {
  // Signals and points as the table of service charges has them; 60 and above is matched.
  it.each([
    [40, { amount: "500.00" }],
    [20, { amount: "545.00" }],
    [20, { amount: "455.00" }],
    [0, { amount: "440.00" }],
    [70, { reference: "FLAT 12 Q4" }],
    [60, { reference: "harrison service charge" }],
    [90, { reference: "HARRISON 12" }],
    [50, { description: "Flat 12" }],
    [100, { reference: "HARRISON 12", description: "Flat 12" }],
    [40, { description: "Harrison" }],
    [40, { reference: "FLAT 112" }],
    [40, { reference: "FLAT 1 2" }],
    [40, { reference: "paid 12.03.2026" }],
    [40, { reference: "12.50" }],
  ] as const)("gives %i points for %o", (points, sketch) => {
    const { score, evidence } = scorePair(paid(sketch), demanded(), demandProfile);
    expect(score).toBe(points);
    expect(evidence.reduce((sum, one) => sum + one.points, 0)).toBe(points);
    const { matches } = proposeMatches({
      transactions: [paid(sketch)],
      items: [demanded()],
      profiles: builtInProfiles,
    });
    expect(matches.length).toBe(points >= 60 ? 1 : 0);
  });

  it.each([
    ["12a", "apt 12 A"],
    ["12a", "APT 12A"],
    ["Flat 7", "unit 7"],
    ["G5", "G5"],
    ["Block B 3", "block B 3"],
    ["A", "Flat A"],
    ["1/2", "FLAT 1/2"],
    ["12", "Flat 12 Nov"],
    ["12", "flat 12/11"],
  ])("finds unit %s in %s", (unitNumber, reference) => {
    const item = demanded({ unitNumber });
    expect(scorePair(paid({ reference }), item, demandProfile).score).toBe(70);
  });
});

// Points for a unit that the text does not name would clear somebody else's demand of the same amount.
it.each([
  ["A", "MR A SMITH SERVICE CHARGE"],
  ["12", "SC 12/11"],
  ["12", "SERVICE CHARGE 12 NOV"],
  ["12", "service charge Nov 12"],
  ["2", "payment 2nd Oct"],
  ["3", "1 of 3"],
  ["1/2", "FLAT 12"],
  ["1/2", "paid 1/2/2026"],
  ["12", "FLAT 1/2"],
])("unit %s is not in %s", (unitNumber, reference) => {
  expect(scorePair(paid({ reference }), demanded({ unitNumber }), demandProfile).score).toBe(40);
});

describe("demands", () => {
  const propose = (transactions: MatchableTransaction[], items: MatchableItem[]) =>
    proposeMatches({ transactions, items, profiles: builtInProfiles });

  it("are settled from their own block's accounts only, and by money in", () => {
    const reference = "FLAT 12";
    expect(propose([paid({ reference }, "other")], [demanded()]).matches).toEqual([]);
    expect(propose([paid({ reference, amount: "-500.00" })], [demanded()]).matches).toEqual([]);
  });

  it("take a part, or leave what is too much on the transaction", () => {
    const linesOf = (amount: string) =>
      propose([paid({ amount, reference: "HARRISON 12" })], [demanded()]).matches.flatMap(
        ({ payments }) => payments.map((one) => [one.amountMinor, one.transactionMinor]),
      );
    expect(linesOf("455.00")).toEqual([[45_500n, 45_500n]]);
    expect(linesOf("545.00")).toEqual([[50_000n, 50_000n]]);
    expect(linesOf("900.00")).toEqual([]);
  });

  it("of one unit are settled together where only they sum to what is paid", () => {
    const quarters = [
      demanded({ id: "q1", number: "SC-1", amount: "500.00" }),
      demanded({ id: "q2", number: "SC-2", amount: "520.00" }),
      demanded({ id: "q3", number: "SC-3", amount: "560.00" }),
    ];
    const { matches } = propose(
      [paid({ amount: "1060.00", reference: "FLAT 12 Q1+Q3" })],
      quarters,
    );
    expect(matches.flatMap(({ payments }) => payments.map((one) => one.itemId))).toEqual([
      "q1",
      "q3",
    ]);
    const equal = quarters.map((one) => ({ ...one, amountMinor: 50_000n, openMinor: 50_000n }));
    expect(propose([paid({ amount: "1000.00", reference: "FLAT 12" })], equal).matches).toEqual([]);
  });

  it("that are equal are a tie, both shown", () => {
    const early = { issuedOn: localDate("2026-07-01"), dueOn: localDate("2026-07-15") };
    const items = [demanded(), demanded({ id: "d2", number: "SC-2", ...early })];
    const { matches, suggestions } = propose([paid({ reference: "FLAT 12" })], items);
    expect(matches).toEqual([]);
    expect(suggestions.map((one) => [one.itemId, one.reasonNotAutomatic])).toEqual([
      ["d1", "tie"],
      ["d2", "tie"],
    ]);
  });

  it("are left to a person where the payer bears another leaseholder's name", () => {
    const other = demanded({ id: "d2", number: "SC-2", unitNumber: "14", surname: "Okafor" });
    const line = paid({ reference: "FLAT 12", payer: "Ms B Okafor" });
    expect(propose([line], [demanded(), other]).matches).toEqual([]);
  });

  it("are left to a person where the surname may be a month, unless the unit or the payer says it", () => {
    const item = demanded({ surname: "May" });
    const reference = "MAY SERVICE CHARGE";
    expect(propose([paid({ reference })], [item]).matches).toEqual([]);
    expect(propose([paid({ reference, payer: "Mr J May" })], [item]).matches).toHaveLength(1);
    expect(propose([paid({ reference: "FLAT 12 MAY" })], [item]).matches).toHaveLength(1);
  });
});
