/** What an organisation's own profile lets go of its invoices, and what it must not. */
import { describe, expect, it } from "vitest";
import { checkProfile } from "../../../server/src/core/matching/check-profile.ts";
import {
  builtInProfiles,
  demandProfile,
  type MatchingProfiles,
} from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import {
  type ItemSketch,
  itemOf,
  lenientProfiles,
  type TransactionSketch,
  transactionOf,
} from "./build.ts";

const reference = "INV-2026-1001";
const payer = "Acme";

function linesOf(
  paid: readonly (Partial<TransactionSketch> & { readonly amount: string })[],
  items: readonly Partial<ItemSketch>[] = [{}],
  profiles: MatchingProfiles = lenientProfiles,
) {
  const { matches } = proposeMatches({
    transactions: paid.map((one, at) => transactionOf({ id: `t${at}`, payer, reference, ...one })),
    items: items.map((one, at) =>
      itemOf({ id: `i${at}`, number: reference, client: "Acme Ltd", amount: "870.52", ...one }),
    ),
    profiles,
  });
  return matches.flatMap(({ payments }) =>
    payments.map((one) => [one.transactionId, one.kind, one.amountMinor, one.transactionMinor]),
  );
}

const part = [["t0", "payment", 82_552n, 82_552n]];
const short = { amount: "825.52" };

describe("what is missing from an invoice", () => {
  it("stays open, unless the organisation lets such go", () => {
    expect(linesOf([short], [{}], builtInProfiles)).toEqual(part);
    expect(linesOf([short])).toEqual([...part, ["t0", "short_payment", 4_500n, 0n]]);
  });

  it("is let go up to both limits, of what was open", () => {
    const up = (amount: string, billed: string) =>
      linesOf([{ amount }], [{ amount: billed }]).some(([, kind]) => kind === "short_payment");
    expect([up("820.52", "870.52"), up("820.51", "870.52")]).toEqual([true, false]);
    expect([up("351.00", "390.00"), up("350.99", "390.00")]).toEqual([true, false]);
    const left = { amount: "2000.00", open: "870.52" };
    expect(linesOf([short], [left])[1]).toEqual(["t0", "short_payment", 4_500n, 0n]);
  });

  it.each([
    ["some cents are rounding", "870.50", "rounding"],
    ["a share that was agreed is a discount", "853.11", "discount"],
    ["what banks keep is a fee", "858.02", "bank_fee"],
  ])("is what it more likely is: %s", (_, amount, kind) => {
    expect(linesOf([{ amount }])[1]?.[1]).toBe(kind);
  });

  it.each([
    ["names it", { amount: "45.00" }],
    ["names it and has not been booked", { amount: "45.00", pending: true }],
    ["names it in other words", { amount: "45.00", reference: "INV 2026 1001", pending: true }],
    ["names it by its figures", { amount: "45.00", reference: "balance of 1001" }],
    ["is its client's, of that amount", { amount: "45.00", reference: "Restbetrag" }],
    ["names it among others", { amount: "145.00", reference: `${reference} INV-2026-1051` }],
  ])("stays open where another line %s", (_, other) => {
    const items = [{}, { number: "INV-2026-1051", amount: "100.00" }];
    const lines = linesOf([short, other], items);
    expect(lines.filter(([, kind]) => kind === "short_payment")).toEqual([]);
    expect(lines).toContainEqual(part[0]);
  });

  it("is let go beside a stranger's line of that amount", () => {
    const stranger = { amount: "45.00", payer: "Zeta AG", reference: "Refill" };
    expect(linesOf([short, stranger])).toContainEqual(["t0", "short_payment", 4_500n, 0n]);
  });

  it.each([
    ["names only its figures", { ...short, reference: "order 1001" }, {}],
    ["names nothing", { ...short, reference: "" }, {}],
    ["is pending", { ...short, pending: true }, {}],
    ["is in another currency", { ...short, currency: "USD" }, {}],
    ["is of the organisation's own debt", { amount: "-825.52" }, { kind: "expense" }],
  ] as const)("is left alone where the payment %s", (_, paid, item) => {
    expect(linesOf([paid], [item]).filter(([, kind]) => kind === "short_payment")).toEqual([]);
  });

  it("of demands is never let go by a profile", () => {
    const residuals = {
      ...demandProfile.residuals,
      shortPaymentMaxMinor: 1,
      shortPaymentPercent: 1,
    };
    expect(checkProfile("demand", { ...demandProfile, residuals })).toMatchObject([
      { field: "residuals.shortPaymentMaxMinor" },
      { field: "residuals.shortPaymentPercent" },
    ]);
  });
});
