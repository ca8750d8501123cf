import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CurrencyCode } from "../../../server/src/core/currencies.ts";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { findTransfers } from "../../../server/src/core/matching/find-transfers.ts";
import { indexRates } from "../../../server/src/core/matching/rates.ts";
import type {
  OwnAccount,
  TransferInput,
  TransferLine,
} from "../../../server/src/core/matching/transfer-types.ts";
import { cpuMsSince } from "../../support/measure.ts";

const accounts: OwnAccount[] = [
  { id: "current", name: "Business current account", mask: "1234", institutionName: "Bank" },
  { id: "savings", name: "Reserve Pot", mask: "7788", institutionName: "Bank" },
  { id: "euro", name: "Euro account", mask: "5566", institutionName: "Other Bank" },
];
const day = localDate("2026-11-16");
let count = 0;

function line(accountId: string, amountMinor: bigint, given: Partial<TransferLine> = {}) {
  count += 1;
  return {
    id: given.id ?? `line-${String(count).padStart(4, "0")}`,
    accountId,
    blockId: null,
    bookedOn: day,
    amountMinor,
    currency: "GBP" as CurrencyCode,
    description: "Transfer",
    reference: null,
    counterpartyName: null,
    ...given,
  };
}

const find = (transactions: TransferLine[], given: Partial<TransferInput> = {}) =>
  findTransfers({ transactions, accounts, ownNames: ["Harbour & Vale Ltd"], ...given });

/** "transfer" or the reason why not, of each pair. */
function told(transactions: TransferLine[], given: Partial<TransferInput> = {}): string[] {
  const { transfers, candidates } = find(transactions, given);
  return [...transfers.map(() => "transfer"), ...candidates.map(({ reason }) => reason)];
}

describe("findTransfers", () => {
  test("pairs equal and opposite amounts of two accounts, with its reasons", () => {
    const [out, into] = [
      line("current", -500_00n),
      line("savings", 500_00n, { bookedOn: addDays(day, 4) }),
    ];
    const { transfers, candidates } = find([out, into]);
    expect(candidates).toEqual([]);
    expect(transfers).toMatchObject([
      {
        outTransactionId: out.id,
        inTransactionId: into.id,
        days: 4,
        differenceMinor: 0n,
        rate: null,
      },
    ]);
    expect(transfers[0]?.evidence.map(({ signal }) => signal)).toEqual([
      "amounts_equal",
      "days_apart",
      "transfer_words",
    ]);
  });

  test("takes neither one account with itself, nor five days, nor another amount or currency", () => {
    expect(told([line("current", -5n), line("current", 5n)])).toEqual([]);
    expect(
      told([line("current", -5n), line("savings", 5n, { bookedOn: addDays(day, 5) })]),
    ).toEqual([]);
    expect(told([line("current", -5n), line("savings", 6n)])).toEqual([]);
    expect(told([line("current", -5n), line("euro", 5n, { currency: "EUR" })])).toEqual([]);
    expect(told([line("current", -5n), line("savings", -5n)])).toEqual([]);
  });

  test("leaves to a person what could go several ways, from either side", () => {
    expect(told([line("current", -5n), line("savings", 5n), line("euro", 5n)])).toEqual([
      "several_candidates",
      "several_candidates",
    ]);
    expect(told([line("current", -5n), line("euro", -5n), line("savings", 5n)])).toEqual([
      "several_candidates",
      "several_candidates",
    ]);
  });

  test("needs something that says transfer: equal amounts alone are common", () => {
    const pair = (out: Partial<TransferLine>, into: Partial<TransferLine> = {}) =>
      told([
        line("current", -5n, { description: "FP 11", ...out }),
        line("savings", 5n, { description: "FP 12", ...into }),
      ]);
    expect(pair({})).toEqual(["nothing_says_transfer"]);
    expect(pair({ description: "To reserve pot" })).toEqual(["transfer"]);
    expect(pair({}, { description: "From ****1234" })).toEqual(["transfer"]);
    expect(pair({}, { description: "From XX1234" })).toEqual(["transfer"]);
    expect(pair({}, { description: "Card 991234" })).toEqual(["nothing_says_transfer"]);
    expect(pair({ counterpartyName: "Harbour & Vale Ltd." })).toEqual(["transfer"]);
    expect(pair({ reference: "FLOAT 12" }, { reference: "float-12" })).toEqual(["transfer"]);
    // What banks call every payment.
    expect(pair({ description: "SEPA CREDIT TRANSFER" })).toEqual(["nothing_says_transfer"]);
  });

  test("gives way to what says otherwise", () => {
    const pair = (out: Partial<TransferLine>, given: Partial<TransferInput> = {}) =>
      told([line("current", -5n, out), line("savings", 5n)], given);
    expect(pair({ description: "Transfer to euro account" })).toEqual(["other_account_named"]);
    expect(pair({ description: "Transfer to business account" })).toEqual(["transfer"]);
    expect(pair({ description: "Transfer to 5566" })).toEqual(["other_account_named"]);
    expect(pair({ counterpartyName: "Acorn Supplies" })).toEqual(["other_party_named"]);
    expect(pair({ counterpartyName: "Acorn Supplies", reference: "Reserve pot" })).toEqual([
      "transfer",
    ]);
    const openNumbers = new Set(["inv20260014"]);
    expect(pair({ reference: "INV-2026-0014" }, { openNumbers })).toEqual(["names_document"]);
    expect(pair({ reference: "INV-2026-0014" })).toEqual(["transfer"]);
    expect(pair({ blockId: "block" })).toEqual(["across_blocks"]);
  });

  test("never finds a rejected pair again, and then sees what is left", () => {
    const [out, into, other] = [line("current", -5n), line("savings", 5n), line("euro", 5n)];
    const declined = [{ outTransactionId: out.id, inTransactionId: into.id }];
    expect(told([out, into], { declined })).toEqual([]);
    expect(find([out, into, other], { declined }).transfers).toMatchObject([
      { outTransactionId: out.id, inTransactionId: other.id },
    ]);
  });

  describe("across currencies", () => {
    const rates = indexRates([{ base: "GBP", quote: "EUR", day, rate: "1.2" }]);
    const euro = (amountMinor: bigint) => line("euro", amountMinor, { currency: "EUR" });

    test("pairs within the tolerance, and states rate and difference", () => {
      expect(find([line("current", -100_00n), euro(118_50n)], { rates }).transfers).toMatchObject([
        { rate: "1.2", differenceMinor: -1_50n, currency: "EUR" },
      ]);
      expect(told([line("current", -100_00n), euro(116_00n)], { rates })).toEqual([]);
      expect(told([line("current", -100_00n), euro(118_50n)])).toEqual([]);
    });

    test("leaves several to a person, and prefers an equal amount", () => {
      const out = line("current", -100_00n);
      expect(told([out, euro(119_00n), euro(121_00n)], { rates })).toEqual([
        "several_candidates",
        "several_candidates",
      ]);
      const into = line("savings", 100_00n);
      expect(find([out, into, euro(120_00n)], { rates })).toMatchObject({
        transfers: [{ inTransactionId: into.id }],
        candidates: [],
      });
    });
  });

  test("does not depend on the order, and takes no line twice", () => {
    const lines = fc
      .array(
        fc.record({
          accountId: fc.constantFrom("current", "savings", "euro"),
          amountMinor: fc
            .integer({ min: -4, max: 4 })
            .filter((one) => one !== 0)
            .map(BigInt),
          days: fc.integer({ min: 0, max: 7 }),
          currency: fc.constantFrom<CurrencyCode>("GBP", "GBP", "EUR"),
          description: fc.constantFrom("Transfer", "Card", "Reserve pot"),
        }),
        { maxLength: 14 },
      )
      .map((given) =>
        given.map(({ days, accountId, amountMinor, ...rest }, index) =>
          line(accountId, amountMinor * 100n, {
            ...rest,
            id: `line-${index}`,
            bookedOn: addDays(day, days),
          }),
        ),
      );
    const rates = indexRates([{ base: "GBP", quote: "EUR", day, rate: "1.01" }]);
    fc.assert(
      fc.property(
        lines.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          const found = find(all, { rates });
          expect(find(shuffled, { rates })).toEqual(found);
          expect(find(all, { rates, onlyCertain: true }).transfers).toEqual(found.transfers);
          const taken = found.transfers.flatMap((pair) => [
            pair.outTransactionId,
            pair.inTransactionId,
          ]);
          expect(new Set(taken).size).toBe(taken.length);
          const byId = new Map(all.map((one) => [one.id, one]));
          for (const pair of found.transfers) {
            const [out, into] = [byId.get(pair.outTransactionId), byId.get(pair.inTransactionId)];
            expect(out?.accountId).not.toBe(into?.accountId);
            if (out?.currency === into?.currency)
              expect((out?.amountMinor ?? 0n) + (into?.amountMinor ?? 0n)).toBe(0n);
          }
        },
      ),
      { seed: 61, numRuns: 400 },
    );
  });

  test("looks through 100,000 lines in a moment, equal amounts too", { timeout: 60_000 }, () => {
    const many = Array.from({ length: 100_000 }, (_, index) =>
      line(
        index % 2 === 0 ? "current" : "savings",
        BigInt(index % 2 === 0 ? -1 : 1) * BigInt(1 + ((index >> 1) % 20_000)),
        {
          id: `many-${index}`,
          bookedOn: addDays(day, (index >> 1) % 300),
          description: index % 50 < 2 ? "Transfer" : "Card payment",
        },
      ),
    );
    const before = process.cpuUsage();
    const { transfers } = find(many, { onlyCertain: true });
    expect(transfers.length).toBeGreaterThan(0);
    // 0.4 s here; the bound is for a busy machine.
    expect(cpuMsSince(before)).toBeLessThan(10_000);
    const same = many.map((one) => ({
      ...one,
      amountMinor: one.amountMinor < 0n ? -500n : 500n,
      bookedOn: day,
    }));
    const again = process.cpuUsage();
    expect(find(same, { onlyCertain: true }).transfers).toEqual([]);
    expect(cpuMsSince(again)).toBeLessThan(10_000);
  });
});
