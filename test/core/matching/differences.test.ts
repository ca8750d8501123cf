import { describe, expect, it } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { indexRates, type Rate } from "../../../server/src/core/matching/rates.ts";
import { type ItemSketch, itemOf, type TransactionSketch, transactionOf } from "./build.ts";

const billed = { id: "i1", number: "INV-1001", client: "Acme Ltd", amount: "870.52" };
const payer = "Acme";

function linesOf(
  paid: readonly (Partial<TransactionSketch> & { readonly amount: string })[],
  items: readonly Partial<ItemSketch>[] = [{}],
) {
  const rate = {
    ...{ base: "EUR", quote: "USD", rate: "1.1" },
    day: localDate("2026-11-10"),
  } as Rate;
  const { matches } = proposeMatches({
    transactions: paid.map((one, at) => transactionOf({ id: `t${at}`, payer, ...one })),
    items: items.map((one) => itemOf({ ...billed, ...one })),
    profiles: builtInProfiles,
    rates: indexRates([rate]),
  });
  return matches.flatMap(({ payments }) =>
    payments.map((one) => [one.transactionId, one.kind, one.amountMinor, one.transactionMinor]),
  );
}

describe("a payment of the one open item of its client that names no document", () => {
  it.each([
    ["some cents too little", "870.50", "rounding", 2n, 0n],
    ["some cents too much", "870.55", "rounding", 0n, 3n],
    ["a discount in time", "853.11", "discount", 1_741n, 0n],
    ["a bank's fee", "858.02", "bank_fee", 1_250n, 0n],
  ] as const)("settles it with %s", (_, amount, kind, itemMinor, transactionMinor) => {
    const [, residual] = linesOf([{ amount }]);
    expect(residual).toEqual(["t0", kind, itemMinor, transactionMinor]);
  });

  it("settles one in another currency at nearly the day's rate", () => {
    const abroad = { currency: "USD", amount: "957.00" };
    expect(linesOf([{ amount: "866.00" }], [abroad])).toEqual([
      ["t0", "payment", 95_260n, 86_600n],
      ["t0", "exchange_difference", 440n, 0n],
    ]);
    expect(linesOf([{ amount: "856.00" }], [abroad])).toEqual([]);
  });

  it.each([
    ["a fee that is no bank's", [{ amount: "863.18" }], [{}]],
    ["a fee between round amounts", [{ amount: "980.00" }], [{ amount: "1000.00" }]],
    ["a name that only resembles", [{ amount: "870.50", payer: "Acmo Bau" }], [{}]],
    ["nobody's name", [{ amount: "870.50", payer: "Zeta AG" }], [{}]],
    ["another number", [{ amount: "870.50", reference: "INV-1009" }], [{}]],
    ["a discount after its time", [{ amount: "853.11", bookedOn: "2026-11-30" }], [{}]],
    ["a day before the document", [{ amount: "870.50", bookedOn: "2026-10-19" }], [{}]],
    ["what is left of a document", [{ amount: "870.50" }], [{ amount: "2000.00", open: "870.52" }]],
    [
      "two documents near it",
      [{ amount: "870.50" }],
      [{}, { id: "i2", number: "X", amount: "870.48" }],
    ],
    ["two payments near it", [{ amount: "870.50" }, { amount: "870.51" }], [{}]],
  ] as const)("leaves to a person %s", (_, paid, items) => {
    expect(linesOf(paid, items)).toEqual([]);
  });

  it("leaves the item to the payment of its very amount", () => {
    expect(linesOf([{ amount: "870.50" }, { amount: "870.52" }])).toEqual([
      ["t1", "payment", 87_052n, 87_052n],
    ]);
  });
});
