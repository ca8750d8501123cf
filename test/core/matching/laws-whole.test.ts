import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import {
  type MatchingInput,
  proposeMatches,
} from "../../../server/src/core/matching/propose-matches.ts";
import { indexRates } from "../../../server/src/core/matching/rates.ts";
import type {
  MatchableItem,
  MatchableTransaction,
  Proposal,
} from "../../../server/src/core/matching/types.ts";
import { law } from "../law.ts";
import { lenientProfiles } from "./build.ts";
import { generateLabelled } from "./labelled/generate.ts";
import { heldOut } from "./labelled/held-out.ts";
import { type LabelledSet, type Situation, situations } from "./labelled/labelled-set.ts";
import { Random } from "./labelled/random.ts";
import { tuning } from "./labelled/tuning.ts";

// Whole books, small ones: few situations at a time, so that each law meets all of them together.
const sketches = fc.record({
  world: fc.constantFrom("tuning", "held-out"),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  size: fc.integer({ min: 5, max: 40 }),
  only: fc.subarray([...situations], { minLength: 4, maxLength: 12 }),
});

/** Made inside each law, so that a counterexample is told by its sketch. */
function booksOf({ world, seed, size, only }: SketchOf<typeof sketches>): LabelledSet {
  return generateLabelled(world === "tuning" ? tuning : heldOut, seed, size, only);
}

type SketchOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Sketch> ? Sketch : never;

const runs = 30;

function propose(set: LabelledSet, over: Partial<MatchingInput> = {}): Proposal {
  const { transactions, items } = set;
  const rates = indexRates(set.rates);
  return proposeMatches({ transactions, items, rates, profiles: builtInProfiles, ...over });
}

/** Books as they are billed and paid; or paid short, and partly in two, under a profile that lets something go. */
const someBooks = fc.record({ sketch: sketches, short: fc.boolean(), seed: fc.integer() });

function openedBooks({ sketch, short, seed }: SketchOf<typeof someBooks>) {
  const set = booksOf(sketch);
  return short
    ? { set: paidShort(set, new Random(seed)), profiles: lenientProfiles }
    : { set, profiles: builtInProfiles };
}

function paidShort(set: LabelledSet, random: Random): LabelledSet {
  const transactions = set.transactions.flatMap((one) => {
    const share = BigInt(random.chance(0.25) ? 0 : random.whole(0, 100));
    const missing = (one.openMinor * share) / 1_000n;
    const paid = { ...one, openMinor: one.openMinor - missing };
    if (missing === 0n || random.chance(0.75)) return [paid];
    return [paid, { ...one, id: `${one.id} rest`, openMinor: missing }];
  });
  return { ...set, transactions };
}

describe("the decisions on whole books", { timeout: 30_000 }, () => {
  it("are the same for the same input, and whatever its order", () => {
    law(
      fc.property(someBooks, fc.integer(), (books, seed) => {
        const { set, profiles } = openedBooks(books);
        const random = new Random(seed);
        const shuffled = {
          profiles,
          transactions: random.shuffled(set.transactions),
          items: random.shuffled(set.items),
        };
        const proposal = propose(set, { profiles });
        expect(propose(set, { profiles })).toEqual(proposal);
        expect(propose(set, shuffled)).toEqual(proposal);
      }),
      runs,
    );
  });

  it("are the same where no suggestions are asked for, and suggested where a family is switched off", () => {
    law(
      fc.property(someBooks, (books) => {
        const { set, profiles } = openedBooks(books);
        const { matches } = propose(set, { profiles });
        expect(propose(set, { profiles, suggestions: false }).matches).toEqual(matches);
        const off = propose(set, { profiles, automatic: { invoice: false, demand: false } });
        expect(off.matches).toEqual([]);
        const shown = new Set(off.suggestions.map((one) => `${one.transactionId} ${one.itemId}`));
        for (const match of matches) {
          const [first] = match.payments;
          expect(shown).toContain(`${first?.transactionId} ${first?.itemId}`);
        }
      }),
      runs,
    );
  });

  it("conserve both sides in both currencies: nothing gives or takes more than is open", () => {
    let letGo = 0;
    law(
      fc.property(someBooks, (books) => {
        const { set, profiles } = openedBooks(books);
        const transactions = new Map(set.transactions.map((one) => [one.id, one]));
        const items = new Map(set.items.map((one) => [one.id, one]));
        const left = new Map<string, bigint>();
        const take = (id: string, open: bigint, minor: bigint) =>
          left.set(id, (left.get(id) ?? open) - minor);
        for (const match of propose(set, { profiles }).matches) {
          for (const payment of match.payments) {
            const transaction = transactions.get(payment.transactionId) as MatchableTransaction;
            const item = items.get(payment.itemId) as MatchableItem;
            expect(match.transactionIds).toContain(payment.transactionId);
            take(transaction.id, transaction.openMinor, payment.transactionMinor);
            take(item.id, item.openMinor, payment.amountMinor);
            expectSoundLine(payment, transaction, item);
            if (payment.kind === "short_payment") letGo += 1;
          }
          // What a match takes from a line is all of it: the rest of a line is nobody's to leave.
          for (const id of match.transactionIds) expect([id, left.get(id)]).toEqual([id, 0n]);
        }
        expect([...left.values()].filter((minor) => minor < 0n)).toEqual([]);
      }),
      runs,
    );
    expect(letGo).toBeGreaterThan(0);
  });

  it("are the same whatever a profile lets go: that is written beside them, and moves none", () => {
    law(
      fc.property(someBooks, (books) => {
        const { set } = openedBooks({ ...books, short: true });
        const lenient = propose(set, { profiles: lenientProfiles }).matches;
        const withoutRest = lenient.map((match) => ({
          ...match,
          payments: match.payments.filter(({ kind }) => kind !== "short_payment"),
        }));
        expect(withoutRest).toEqual(propose(set).matches);
      }),
      runs,
    );
  });

  it("use each line in one match, in its direction and its block", () => {
    law(
      fc.property(sketches, (sketch) => {
        const set = booksOf(sketch);
        const transactions = new Map(set.transactions.map((one) => [one.id, one]));
        const items = new Map(set.items.map((one) => [one.id, one]));
        const { matches } = propose(set);
        const used = matches.flatMap((match) => match.transactionIds);
        expect(new Set(used).size).toBe(used.length);
        for (const payment of matches.flatMap((match) => match.payments)) {
          const transaction = transactions.get(payment.transactionId);
          const item = items.get(payment.itemId);
          expect(item?.kind === "expense").toBe((transaction?.amountMinor ?? 0n) < 0n);
          if (item?.blockId) expect(transaction?.blockId).toBe(item.blockId);
        }
      }),
      runs,
    );
  });

  it("do not change because of an unrelated line or item", () => {
    law(
      fc.property(sketches, (sketch) => {
        const set = booksOf(sketch);
        const [line] = set.transactions;
        const [item] = set.items;
        if (line === undefined || item === undefined) return;
        const strange: MatchableTransaction = {
          ...line,
          id: "unrelated-line",
          ...{ amountMinor: 123_456_789_123n, openMinor: 123_456_789_123n },
          ...{ description: "qqqq", reference: null, counterpartyName: "Zzyzx" },
        };
        const unknown: MatchableItem = {
          ...item,
          id: "unrelated-item",
          ...{ kind: "invoice", blockId: null, unitNumber: null, surname: null },
          ...{ number: "ZZYX-999777555", counterpartyName: "Qwghlm", currency: line.currency },
          ...{ amountMinor: 987_654_321_987n, openMinor: 987_654_321_987n },
        };
        const more = propose(set, {
          transactions: [...set.transactions, strange],
          items: [...set.items, unknown],
        });
        const { matches, suggestions } = propose(set);
        expect(more.matches).toEqual(matches);
        expect(more.suggestions.filter((one) => one.itemId !== "unrelated-item")).toEqual(
          suggestions,
        );
      }),
      runs,
    );
  });

  it("do not depend on the ids, where these break no tie", () => {
    law(
      fc.property(sketches, (sketch) => {
        const set = booksOf(sketch);
        const renamed = (id: string) => `renamed-${id.split("").reverse().join("")}`;
        const again = propose(set, {
          transactions: set.transactions.map((one) => ({ ...one, id: renamed(one.id) })),
          items: set.items.map((one) => ({ ...one, id: renamed(one.id) })),
        });
        const told = (proposal: Proposal, name: (id: string) => string) =>
          proposal.matches
            .map((match) => ({
              lines: match.transactionIds.map(name).sort(),
              payments: match.payments
                .map((one) =>
                  [name(one.transactionId), name(one.itemId), one.kind, one.amountMinor].join(" "),
                )
                .sort(),
              score: match.score,
            }))
            .sort((a, b) => (a.lines.join() < b.lines.join() ? -1 : 1));
        expect(told(again, (id) => id)).toEqual(told(propose(set), renamed));
      }),
      runs,
    );
  });

  it("never bring a declined pair back, matched or suggested", () => {
    law(
      fc.property(sketches, (sketch) => {
        const set = booksOf(sketch);
        const first = propose(set);
        const declined = [
          ...first.matches.flatMap((match) => match.payments),
          ...first.suggestions,
        ].map(({ transactionId, itemId }) => ({ transactionId, itemId }));
        const forbidden = new Set(declined.map((pair) => `${pair.transactionId} ${pair.itemId}`));
        const again = propose(set, { declined });
        const pairs = [...again.matches.flatMap((match) => match.payments), ...again.suggestions];
        for (const pair of pairs) {
          expect(forbidden.has(`${pair.transactionId} ${pair.itemId}`)).toBe(false);
        }
      }),
      runs,
    );
  });

  it("match nothing that is pending", () => {
    law(
      fc.property(sketches, (sketch) => {
        const set = booksOf(sketch);
        const transactions = set.transactions.map((one, index) => ({
          ...one,
          pending: index % 2 === 0,
        }));
        const pending = new Set(transactions.filter((one) => one.pending).map((one) => one.id));
        const { matches } = propose(set, { transactions, suggestPending: true });
        const used = matches.flatMap((match) => match.transactionIds);
        expect(used.filter((id) => pending.has(id))).toEqual([]);
      }),
      runs,
    );
  });

  it("leave what nobody can tell to a person", () => {
    const blind: readonly Situation[] = [
      ...(["equal_twins", "standing_unnamed", "paid_twice", "demand_two_units"] as const),
      ...(["demand_standing_order", "demand_amount_only"] as const),
    ];
    for (const profile of [tuning, heldOut]) {
      const set = generateLabelled(profile, 20_261_121, 300, blind);
      expect(propose(set).matches).toEqual([]);
    }
  });
});

function expectSoundLine(
  payment: Proposal["matches"][number]["payments"][number],
  transaction: MatchableTransaction,
  item: MatchableItem,
): void {
  const { amountMinor, transactionMinor, kind, rate } = payment;
  const one = transaction.currency === item.currency;
  if (kind === "payment") {
    expect(amountMinor > 0n && transactionMinor > 0n).toBe(true);
    expect(rate === null).toBe(one);
    if (one) expect(amountMinor).toBe(transactionMinor);
  } else {
    // A residual stands on one side alone.
    expect((amountMinor === 0n) !== (transactionMinor === 0n)).toBe(true);
    expect(amountMinor >= 0n && transactionMinor >= 0n).toBe(true);
    if (kind === "short_payment") {
      expect([item.kind, item.currency]).toEqual(["invoice", transaction.currency]);
      expect(amountMinor <= 5_000n && amountMinor * 10n <= item.openMinor).toBe(true);
    }
  }
}
