import { describe, expect, it } from "vitest";
import { aliasKey } from "../../../server/src/core/matching/prepare.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { type ItemSketch, itemOf, transactionOf } from "./build.ts";

const aliases = new Map([[aliasKey("Paywell Agency"), new Set([aliasKey("Acme Ltd")])]]);

function decide(reference: string, items: readonly ItemSketch[]) {
  const line = { id: "t1", amount: "500.00", payer: "Paywell Agency", reference };
  const { matches, suggestions } = proposeMatches({
    transactions: [transactionOf(line)],
    items: items.map(itemOf),
    profiles: builtInProfiles,
    aliases,
  });
  return {
    matched: matches.flatMap(({ payments }) => payments.map((one) => one.itemId)),
    suggested: suggestions.map((one) => one.itemId).sort(),
  };
}

describe("an agent of whom one client was learned", () => {
  const acme = { id: "acme", number: "INV-1001", client: "Acme Ltd", amount: "500.00" };
  const beta = { id: "beta", number: "INV-2002", client: "Betacraft Ceramics", amount: "500.00" };

  it("pays for that client where the text says nothing else", () => {
    expect(decide("thank you", [acme, beta]).matched).toEqual(["acme"]);
    expect(decide("for Acme Ltd", [acme, beta]).matched).toEqual(["acme"]);
  });

  it("does not surely pay for that client where the text names another", () => {
    expect(decide("for Betacraft Ceramics", [acme, { ...beta, amount: "77.00" }])).toEqual({
      matched: [],
      suggested: ["acme"],
    });
    expect(decide("for Betacraft Ceramics", [acme, beta])).toEqual({
      matched: [],
      suggested: ["acme", "beta"],
    });
  });

  it("pays what the text names by its number, whoever is named beside it", () => {
    expect(decide("INV-1001 Betacraft Ceramics", [acme, beta]).matched).toEqual(["acme"]);
  });
});

it("several payments in each of two currencies settle one document each", () => {
  const client = "Acme Ltd";
  const rows = [
    ["a", "EUR", "333.10"],
    ["b", "USD", "120.55"],
    ["c", "EUR", "666.91"],
    ["d", "USD", "279.50"],
  ] as const;
  const { matches } = proposeMatches({
    transactions: rows.map(([id, currency, amount]) =>
      transactionOf({ id, currency, amount, payer: client }),
    ),
    items: [
      itemOf({ id: "euros", number: "X-1", client, amount: "1000.01" }),
      itemOf({ id: "dollars", number: "X-2", client, currency: "USD", amount: "400.05" }),
    ],
    profiles: builtInProfiles,
  });
  expect(matches.map(({ transactionIds }) => [...transactionIds].sort())).toEqual([
    ["a", "c"],
    ["b", "d"],
  ]);
});
