import { expect, it } from "vitest";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { type ItemSketch, itemOf, type TransactionSketch, transactionOf } from "./build.ts";

const billed = { id: "i1", number: "R26-0124", client: "Birch Tech Gdansk AG", amount: "731.40" };

function matched(
  line: Partial<TransactionSketch>,
  items: readonly Partial<ItemSketch>[] = [{}],
): readonly string[] {
  const { matches } = proposeMatches({
    transactions: [transactionOf({ id: "t1", amount: billed.amount, ...line })],
    items: items.map((item) => itemOf({ ...billed, ...item })),
    profiles: builtInProfiles,
  });
  return matches.flatMap(({ payments }) => payments.map((one) => one.itemId));
}

it.each([
  ["one that shares its words", "Birch Tech Bau AG"],
  ["one that its name begins with", "Birch Tech AG"],
])("a client whose whole name a text has goes before %s", (_, client) => {
  const description = "BIRCH TECH GDANSK AG thanks";
  expect(matched({ description }, [{}, { id: "i2", client }])).toEqual(["i1"]);
  const both = "BIRCH TECH GDANSK AG FOR BIRCH TECH BAU AG";
  expect(matched({ description: both }, [{}, { id: "i2", client: "Birch Tech Bau AG" }])).toEqual(
    [],
  );
});

it("tells the first of two companies from the second by their numerals", () => {
  const items = [{ client: "Solar Group I GmbH" }, { id: "i2", client: "Solar Group II GmbH" }];
  expect(matched({ description: "SOLAR GROUP I GMBH payment" }, items)).toEqual(["i1"]);
  expect(matched({ description: "SOLAR GROUP II GMBH payment" }, items)).toEqual(["i2"]);
  expect(matched({ description: "SOLAR GROUP GMBH payment" }, items)).toEqual([]);
});

it("takes an office's words behind a payer's name for no other name", () => {
  const late = { bookedOn: "2026-12-10" };
  expect(matched({ ...late, payer: "Birch Tech Gdansk AG Accounts Payable" })).toEqual(["i1"]);
  expect(matched({ ...late, payer: "Birch Tech Gdansk Konto 1" })).toEqual(["i1"]);
  expect(matched({ ...late, payer: "Birch Tech Gdansk Immobilien Verwaltung" })).toEqual([]);
});

it.each(["BIRCH TEHC GDANSK", "BIRH TECH GDANSK"])("reads %s as a slip", (payer) => {
  expect(matched({ payer })).toEqual(["i1"]);
  expect(matched({ payer: "BIRCH TELH GDANSK" }, [{ client: "Birch Tech" }])).toEqual([]);
});

it("proves a part payment by five figures beside the client's name, and by them alone nothing", () => {
  const item = { number: "20041" };
  const part = { amount: "300.00", reference: "Rg 20041" };
  expect(matched({ ...part, payer: "Birch Tech Gdansk" }, [item])).toEqual(["i1"]);
  expect(matched(part, [item])).toEqual([]);
  expect(matched({ reference: "pay 20041" }, [item])).toEqual([]);
});

it("believes five figures that are said to be an invoice's, of the exact amount", () => {
  expect(matched({ reference: "your invoice no. 20041" }, [{ number: "20041" }])).toEqual(["i1"]);
});

it("takes four other figures for another document, but a year or the amount for none", () => {
  const payer = "Birch Tech Gdansk AG";
  const item = { number: "2054" };
  expect(matched({ payer, reference: "2056" }, [item])).toEqual([]);
  expect(matched({ payer, reference: "invoice no. 2026" }, [item])).toEqual([]);
  expect(matched({ payer, reference: "year 2026" }, [item])).toEqual(["i1"]);
  expect(matched({ payer, reference: "731.40 paid" }, [item])).toEqual(["i1"]);
});

it("reads as many figures behind a stroke as the next number of a list", () => {
  const items = ["1617", "1618", "1619"].map((end) => ({
    id: end,
    number: `R26-${end}`,
    amount: "243.80",
  }));
  expect(matched({ reference: "R26-1617/1618/1619" }, items)).toEqual(["1617", "1618", "1619"]);
  const year = { number: "R26-1617", amount: "900.00" };
  expect(matched({ reference: "R26-1617/2026 part", payer: "Birch Tech Gdansk" }, [year])).toEqual([
    "i1",
  ]);
});

it("reads swapped figures of a short number as a slip beside amount and name", () => {
  const payer = "Birch Tech Gdansk AG";
  expect(matched({ payer, reference: "58414" }, [{ number: "54814" }])).toEqual(["i1"]);
  expect(matched({ payer, reference: "54914" }, [{ number: "54814" }])).toEqual([]);
});
