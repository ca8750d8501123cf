import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtInProfiles, invoiceProfile } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { scorePair } from "../../../server/src/core/matching/score-pair.ts";
import type {
  MatchableItem,
  MatchableTransaction,
} from "../../../server/src/core/matching/types.ts";
import { law } from "../law.ts";
import { itemOf, transactionOf } from "./build.ts";
import { generateSet } from "./generator.ts";

// Few amounts, names and numbers, so that ties, rivals and part payments are the rule.
const amounts = fc.constantFrom("100.00", "200.00", "300.00", "60.00", "40.00");
const names = fc.constantFrom("Acme Ltd", "Acme GmbH", "Bluebird Ceramics", "Northwind Traders");
const numbers = fc.constantFrom("INV-1001", "INV-1002", "INV-1012", "INV-3077", "20260815");
const days = fc.constantFrom("2026-10-25", "2026-11-10", "2026-12-24");

const sketches = fc.record({
  transactions: fc.array(
    fc.record({
      amount: fc.oneof(
        amounts,
        amounts.map((amount) => `-${amount}`),
      ),
      bookedOn: days,
      payer: names,
      reference: fc.array(numbers, { maxLength: 3 }).map((all) => all.join(", ")),
      pending: fc.constantFrom(false, false, false, true),
    }),
    { maxLength: 9 },
  ),
  items: fc.array(
    fc.record({
      amount: amounts,
      number: numbers,
      client: names,
      kind: fc.constantFrom("invoice" as const, "invoice" as const, "expense" as const),
      dueOn: fc.constantFrom("2026-11-19", null),
    }),
    { maxLength: 9 },
  ),
});

const books = sketches.map(({ transactions, items }) => ({
  transactions: transactions.map((one, index) => transactionOf({ id: `t${index}`, ...one })),
  items: items.map((one, index) => itemOf({ id: `i${index}`, ...one })),
}));

function propose(transactions: readonly MatchableTransaction[], items: readonly MatchableItem[]) {
  return proposeMatches({ transactions, items, profiles: builtInProfiles, suggestPending: true });
}

describe("proposed matches", { timeout: 30_000 }, () => {
  it("do not depend on the order of the input", () => {
    law(
      fc.property(
        books.chain(({ transactions, items }) =>
          fc.record({
            transactions: fc.constant(transactions),
            items: fc.constant(items),
            shuffledTransactions: fc.shuffledSubarray(transactions, {
              minLength: transactions.length,
            }),
            shuffledItems: fc.shuffledSubarray(items, { minLength: items.length }),
          }),
        ),
        ({ transactions, items, shuffledTransactions, shuffledItems }) => {
          expect(propose(shuffledTransactions, shuffledItems)).toEqual(
            propose(transactions, items),
          );
        },
      ),
    );
  });

  it("do not depend on the order of a large set either", () => {
    const { transactions, items } = generateSet(7, 400);
    expect(propose([...transactions].reverse(), [...items].reverse())).toEqual(
      propose(transactions, items),
    );
  });

  it("use each transaction wholly or not, and put no more on an item than is open", () => {
    law(
      fc.property(books, ({ transactions, items }) => {
        const left = new Map(items.map((item) => [item.id, item.openMinor]));
        const used = new Set<string>();
        for (const match of propose(transactions, items).matches) {
          expect(match.transactionIds).toHaveLength(1);
          const transaction = transactions.find((one) => one.id === match.transactionIds[0]);
          expect(used.has(transaction?.id ?? "")).toBe(false);
          used.add(transaction?.id ?? "");
          const total = match.payments.reduce((sum, payment) => sum + payment.amountMinor, 0n);
          expect(total).toBe(transaction?.openMinor);
          for (const { itemId, amountMinor } of match.payments) {
            expect(amountMinor > 0n).toBe(true);
            left.set(itemId, (left.get(itemId) ?? 0n) - amountMinor);
          }
        }
        expect([...left.values()].every((open) => open >= 0n)).toBe(true);
      }),
    );
  });

  it("never match a pending transaction, a wrong direction, or by an amount alone", () => {
    law(
      fc.property(books, ({ transactions, items }) => {
        for (const match of propose(transactions, items).matches) {
          const transaction = transactions.find((one) => one.id === match.transactionIds[0]);
          expect(transaction?.pending).toBe(false);
          for (const { itemId } of match.payments) {
            const item = items.find((one) => one.id === itemId);
            expect(item?.kind).toBe((transaction?.amountMinor ?? 0n) > 0n ? "invoice" : "expense");
            const signals = match.evidence
              .filter((one) => one.itemId === itemId && one.points > 0)
              .map((one) => one.signal);
            expect(signals.some((signal) => /^(name|document)_/.test(signal))).toBe(true);
          }
        }
      }),
    );
  });

  it("suggest only what was not matched, with the points adding up", () => {
    law(
      fc.property(books, ({ transactions, items }) => {
        const { matches, suggestions } = propose(transactions, items);
        const matched = new Set(matches.flatMap((match) => match.transactionIds));
        for (const one of [...matches, ...suggestions]) {
          expect(one.evidence.reduce((sum, entry) => sum + entry.points, 0)).toBe(one.score);
        }
        for (const one of suggestions) expect(matched.has(one.transactionId)).toBe(false);
      }),
    );
  });

  it("find nothing new when run again over what is left", () => {
    law(
      fc.property(books, ({ transactions, items }) => {
        const { matches } = propose(transactions, items);
        const matched = new Set(matches.flatMap((match) => match.transactionIds));
        for (const { transactionIds } of propose(
          transactions.filter((one) => !matched.has(one.id)),
          items.map((item) => ({ ...item, openMinor: leftOf(item, matches) })),
        ).matches) {
          expect(matched.has(transactionIds[0] ?? "")).toBe(false);
        }
      }),
    );
  });
});

describe("the score of a pair", { timeout: 30_000 }, () => {
  it("never throws, whatever the texts, and adds up", () => {
    const text = fc.string({ unit: "binary", maxLength: 80 });
    law(
      fc.property(text, text, text, text, text, (description, reference, payer, number, client) => {
        const pair = scorePair(
          transactionOf({ id: "t", amount: "100.00", description, reference, payer }),
          itemOf({ id: "i", amount: "100.00", number, client }),
          invoiceProfile,
          new Map([[payer, new Set([client])]]),
        );
        expect(pair.evidence.reduce((sum, entry) => sum + entry.points, 0)).toBe(pair.score);
      }),
      1_000,
    );
  });
});

function leftOf(item: MatchableItem, matches: ReturnType<typeof propose>["matches"]): bigint {
  return matches
    .flatMap((match) => match.payments)
    .filter((payment) => payment.itemId === item.id)
    .reduce((open, payment) => open - payment.amountMinor, item.openMinor);
}
