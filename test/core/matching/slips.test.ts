import { describe, expect, it } from "vitest";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { type ItemSketch, itemOf, type TransactionSketch, transactionOf } from "./build.ts";

const acme = { client: "Acme Ltd", amount: "850.00" };
const rent = { id: "i1", number: "INV-1003", ...acme };

function decide(reference: string, others: readonly ItemSketch[] = [], item: ItemSketch = rent) {
  const line: TransactionSketch = { id: "t1", amount: item.amount, payer: item.client, reference };
  const { matches, suggestions } = proposeMatches({
    transactions: [transactionOf({ ...line, amount: `${item.kind ? "-" : ""}${item.amount}` })],
    items: [item, ...others].map(itemOf),
    profiles: builtInProfiles,
  });
  const reason = suggestions.find((one) => one.itemId === item.id)?.reasonNotAutomatic ?? null;
  return { matched: matches.flatMap(({ payments }) => payments.map((one) => one.itemId)), reason };
}

const matched = { matched: ["i1"], reason: null };
const left = { matched: [], reason: "other_number_named" };

describe("a number that is one edit from the item's, with its amount and its client's name", () => {
  it.each([
    ["swapped digits", "INV-1030", "INV-1300"],
    ["a digit left out", "INV-1003", "INV-103"],
    ["a digit too many", "INV-1003", "INV-10003"],
    ["a letter for a digit", "INV-1003", "INV-1O03"],
    ["a letter for another digit", "INV-1203", "INV-I203"],
  ])("is a slip: %s", (_, number, reference) => {
    expect(decide(reference, [], { ...rent, number })).toEqual(matched);
  });

  it("is another document where a digit is replaced: one that may have been written", () => {
    expect(decide("INV-1033")).toEqual(left);
    expect(decide("INV-1103")).toEqual(left);
    const later = { ...acme, id: "i2", number: "INV-1040", client: "Zeta AG" };
    expect(decide("INV-1033", [later])).toEqual(left);
  });

  it("is a slip where a replaced digit makes a number that nobody can have been given yet", () => {
    expect(decide("INV-9003")).toEqual(matched);
  });

  it("is never one in a supplier's series, of which the books know little", () => {
    expect(decide("INV-9003", [], { ...rent, kind: "expense" })).toEqual(left);
  });

  it("is a slip where the number is another client's document of another amount", () => {
    const others = { id: "i2", client: "Zeta AG", amount: "99.00" };
    expect(decide("INV-1033", [{ ...others, number: "INV-1033" }])).toEqual(matched);
    expect(decide("INV-1004", [{ ...others, number: "INV-1004" }])).toEqual(matched);
  });

  it("is none where that document is the payer's own, or of that very amount", () => {
    const named = { ...acme, id: "i2", number: "INV-1033" };
    expect(decide("INV-1033", [{ ...named, amount: "99.00" }]).matched).toEqual([]);
    expect(decide("INV-1033", [{ ...named, client: "Zeta AG" }]).matched).not.toContain("i1");
  });

  it("chooses none of several equal rents", () => {
    const rents = ["INV-1103", "INV-1203"].map((number) => ({ ...rent, id: number, number }));
    expect(decide("INV-1300", rents)).toEqual(left);
  });
});
