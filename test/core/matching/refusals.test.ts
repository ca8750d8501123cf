import { describe, expect, it } from "vitest";
import { explainPair } from "../../../server/src/core/matching/explain-pair.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import {
  type MatchingInput,
  proposeMatches,
} from "../../../server/src/core/matching/propose-matches.ts";
import type {
  MatchableItem,
  MatchableTransaction,
} from "../../../server/src/core/matching/types.ts";
import { cpuMsSince } from "../../support/measure.ts";
import { type ItemSketch, itemOf, type TransactionSketch, transactionOf } from "./build.ts";

const acme = { client: "Acme Ltd", amount: "500.00" };

function paid(
  sketch: Partial<TransactionSketch>,
  over: Partial<MatchableTransaction> = {},
): MatchableTransaction {
  return { ...transactionOf({ id: "t1", amount: "500.00", ...sketch }), ...over };
}

function billed(sketch: Partial<ItemSketch>): MatchableItem {
  return itemOf({ id: "i1", number: "INV-1001", ...acme, ...sketch });
}

function demanded(over: Partial<MatchableItem> = {}): MatchableItem {
  const item = itemOf({ id: "d1", number: "SC-1", client: "Mr A Harrison", amount: "500.00" });
  const unit = { kind: "demand", blockId: "block", unitNumber: "12", surname: "Harrison" } as const;
  return { ...item, ...unit, ...over };
}

function decide(
  transactions: readonly MatchableTransaction[],
  items: readonly MatchableItem[],
  over: Partial<MatchingInput> = {},
) {
  const input = { transactions, items, profiles: builtInProfiles, ...over };
  const { matches, suggestions } = proposeMatches(input);
  return {
    matches: matches.flatMap(({ payments }) =>
      payments.map((one) => [one.transactionId, one.itemId, one.kind, one.amountMinor]),
    ),
    reasons: suggestions.map((one) => [one.transactionId, one.itemId, one.reasonNotAutomatic]),
  };
}

describe("a line that a rule gives to a client", () => {
  it("settles no demand of another leaseholder", () => {
    const line = paid({ reference: "FLAT 12" }, { blockId: "block", clientName: "Ms B Okafor" });
    expect(decide([line], [demanded()])).toEqual({
      matches: [],
      reasons: [["t1", "d1", "other_client"]],
    });
    const own = { ...line, clientName: "Mr A Harrison" };
    expect(decide([own], [demanded()]).matches).toHaveLength(1);
  });

  it("is no part of several payments for another client's documents", () => {
    const both = (clientName: string | null) =>
      ["300.00", "700.00"].map((amount, at) =>
        paid({ id: `t${at}`, amount, reference: "INV-1001 INV-1002" }, { clientName }),
      );
    const items = [
      billed({ amount: "600.00" }),
      billed({ id: "i2", number: "INV-1002", amount: "400.00" }),
    ];
    expect(decide(both(null), items).matches).toHaveLength(3);
    expect(decide(both("Beta Ltd"), items).matches).toEqual([]);
  });
});

describe("a family that is switched off", () => {
  const items = [demanded(), billed({ client: "Harrison Ltd" })];
  const line = paid({ reference: "FLAT 12 HARRISON", payer: "Harrison Ltd" }, { blockId: "block" });

  it("leaves what it would match to a person, not to the other family", () => {
    expect(decide([line], items).matches).toEqual([["t1", "d1", "payment", 50_000n]]);
    expect(decide([line], items, { automatic: { invoice: true, demand: false } })).toEqual({
      matches: [],
      reasons: [
        ["t1", "d1", "automatic_off"],
        ["t1", "i1", "competing"],
      ],
    });
  });
});

describe("what is nearly the whole amount", () => {
  const part = (id: string, amount: string, reference: string | undefined = "INV-1001") =>
    paid({ id, amount, reference, payer: "Acme" });

  it("is a part where other payments of the document have room beside it", () => {
    const lines = [part("t1", "980.00"), part("t2", "20.00")];
    expect(decide(lines, [billed({ amount: "1000.00" })]).matches).toEqual([
      ["t1", "i1", "payment", 98_000n],
      ["t2", "i1", "payment", 2_000n],
    ]);
  });

  it("is a discount where it is alone", () => {
    expect(decide([part("t1", "980.00")], [billed({ amount: "1000.00" })]).matches).toEqual([
      ["t1", "i1", "payment", 98_000n],
      ["t1", "i1", "discount", 2_000n],
    ]);
  });
});

describe("equals", () => {
  const invoice = { ...builtInProfiles.invoice, marginPoints: 0 };
  const items = ["i1", "i2"].map((id) => billed({ id, number: id }));
  const line = paid({ payer: "Acme" });

  it("are not decided between without any margin either", () => {
    const profiles = { ...builtInProfiles, invoice };
    expect(decide([line], items, { profiles }).matches).toEqual([]);
  });

  it("are not said to be matched by a margin that no profile may have", () => {
    const input = { transactions: [line], items, profiles: builtInProfiles };
    expect(explainPair(input, "t1", "i1").change?.code).not.toBe("margin");
  });
});

it("several payments of another leaseholder do not settle a demand together", () => {
  const demands = [
    demanded({ openMinor: 50_001n, amountMinor: 50_001n, counterpartyName: "Ms B Okafor" }),
    demanded({ id: "d2", unitNumber: "14", surname: "Okafor", openMinor: 77_700n }),
  ];
  const by = (payer: string) =>
    ["230.11", "269.90"].map((amount, at) =>
      paid(
        { id: `t${at}`, amount, reference: "FLAT 12", description: "flat 12 Ms Okafor", payer },
        { blockId: "block" },
      ),
    );
  expect(decide(by("Ms B Okafor"), demands).matches).toEqual([]);
});

it("sums of a client with thousands of open items cost no more for each line", {
  timeout: 30_000,
}, () => {
  const many = Array.from({ length: 5_000 }, (_, at) => at);
  const lines = many.map((at) => paid({ id: `t${at}`, amount: `${100 + at}.13`, payer: "Acme" }));
  const items = many.map((at) =>
    billed({ id: `i${at}`, number: `INV-${100_000 + at}`, amount: `${90_000 + at}.00` }),
  );
  const before = process.cpuUsage();
  expect(decide(lines, items)).toEqual({ matches: [], reasons: [] });
  // Compared one with another they take more than ten.
  expect(cpuMsSince(before)).toBeLessThan(5_000);
});
