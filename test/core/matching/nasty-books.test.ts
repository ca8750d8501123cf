import { describe, expect, it } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { explainPair } from "../../../server/src/core/matching/explain-pair.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { indexRates, type Rate } from "../../../server/src/core/matching/rates.ts";
import type { MatchableItem } from "../../../server/src/core/matching/types.ts";
import { type ItemSketch, itemOf, type TransactionSketch, transactionOf } from "./build.ts";

const line = { id: "t1", amount: "500.00", payer: "Acme" };
const billed = { id: "i1", number: "INV-1001", client: "Acme Ltd", amount: "500.00" };

function decide(paid: Partial<TransactionSketch>, items: readonly Partial<ItemSketch>[] = [{}]) {
  const { matches, suggestions } = proposeMatches({
    transactions: [transactionOf({ ...line, ...paid })],
    items: items.map((one) => itemOf({ ...billed, ...one })),
    profiles: builtInProfiles,
  });
  return {
    matched: matches.flatMap(({ payments }) => payments.map((one) => one.itemId)),
    reasons: suggestions.map((one) => one.reasonNotAutomatic),
  };
}

describe("books that tempt to a guess", () => {
  it.each([
    ["last month's rent before this month's document", { bookedOn: "2026-10-01" }, [{}]],
    ["an equal sum of a wife", { payer: "Anna Schneider" }, [{ client: "Peter Schneider" }]],
    [
      "a couple who both owe",
      { payer: "Peter und Anna Schneider" },
      [{ client: "Peter Schneider" }, { id: "i2", client: "Anna Schneider" }],
    ],
    [
      "a short number of two years",
      { reference: "INV-14" },
      [{ number: "INV-2025-0014" }, { id: "i2", number: "INV-2026-0014" }],
    ],
    ["last year's number", { reference: "14/25" }, [{ number: "14/26" }]],
    [
      "a round sum that two documents make by chance",
      { amount: "1000.00" },
      [
        { amount: "600.00" },
        { id: "i2", number: "X-2", amount: "400.00" },
        { id: "i3", number: "X-3", amount: "900.00" },
      ],
    ],
    [
      "a number in an IBAN",
      { payer: "Zeta", description: "DE89370400440532013000" },
      [{ number: "370400" }],
    ],
    [
      "a telephone number",
      { payer: "Zeta", reference: "Tel 0401234567" },
      [{ number: "0401234567" }],
    ],
    ["a customer's number", { payer: "Zeta", reference: "Kd 100234" }, [{ number: "INV-100234" }]],
    ["a reminder's fee on top", { amount: "505.00", reference: "INV-1001" }, [{}]],
    ["a refund that came in", { reference: "refund order 77" }, [{}]],
    ["a credit note", { reference: "your credit note CN-1001" }, [{}]],
    [
      "a refund that names an own invoice, with a stranger's bill of that number",
      { amount: "-500.00", reference: "refund INV-1001" },
      [{ kind: "expense", client: "Zeta AG" }],
    ],
  ] as const)("leave to a person %s", (_, paid, items) => {
    expect(decide(paid, items).matched).toEqual([]);
  });

  it.each([
    [
      "a prepayment that names its document",
      { reference: "INV-1001", bookedOn: "2026-09-01" },
      [{}],
    ],
    [
      "a refund's words beside the payer's own document",
      { reference: "INV-1001 less refund" },
      [{}],
    ],
    [
      "one of two equal numbers, by the name in the text",
      { amount: "-500.00", payer: "Factorbank AG", reference: "Acme Ltd R-2233" },
      [
        { kind: "expense", number: "R-2233" },
        { id: "i2", kind: "expense", number: "R-2233", client: "Zeta AG" },
      ],
    ],
    [
      "the number where the payer has an equal document of its own",
      { reference: "INV-2002" },
      [{ id: "i2" }, { number: "INV-2002", client: "Beta AG" }],
    ],
  ] as const)("match %s", (_, paid, items) => {
    expect(decide(paid, items).matched).toEqual(["i1"]);
  });
});

it("a demand in another currency is left to a person, however near the rate brings it", () => {
  const demand = {
    kind: "demand",
    blockId: "block",
    unitNumber: "12",
    surname: "Harrison",
  } as const;
  const item = itemOf({
    id: "d",
    number: "SC-1",
    client: "Mr Harrison",
    amount: "430.00",
    currency: "GBP",
  });
  const rate = { base: "EUR", quote: "GBP", day: localDate("2026-11-10"), rate: "0.86" } as Rate;
  for (const amount of ["500.00", "504.00"]) {
    const paid = transactionOf({ ...line, amount, reference: "FLAT 12 HARRISON" });
    const { matches, suggestions } = proposeMatches({
      transactions: [{ ...paid, blockId: "block" }],
      items: [{ ...item, ...demand } satisfies MatchableItem],
      profiles: builtInProfiles,
      rates: indexRates([rate]),
    });
    expect(matches).toEqual([]);
    expect(suggestions.map((one) => [one.score, one.reasonNotAutomatic])).toEqual([
      [70, "demand_currency"],
    ]);
  }
});

it("says of a client with more open than is searched that there is too much", () => {
  const many = Array.from({ length: 70 }, (_, at) => at);
  const items = many.map((at) =>
    itemOf({ ...billed, id: `i${at}`, number: `INV-${2000 + at}`, amount: `${100 + at}.13` }),
  );
  const transactions = [transactionOf({ ...line, amount: "201.26" })];
  const input = { transactions, items, profiles: builtInProfiles };
  expect(proposeMatches(input).boundedGroups).toBe(1);
  expect(explainPair(input, "t1", "i0").code).toBe("group_too_large");
  expect(explainPair({ ...input, items: items.slice(0, 3) }, "t1", "i0").code).not.toBe(
    "group_too_large",
  );
});
