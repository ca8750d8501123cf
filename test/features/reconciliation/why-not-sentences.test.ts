/** Every reason and every change has a sentence that a bookkeeper can read. */
import { describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import {
  changeSentence,
  type WhyNotFacts,
  whyNotChanges,
  whyNotCodes,
  whyNotSentence,
} from "../../../server/src/features/reconciliation/why-not/why-not-sentences.ts";

const at = new Date("2026-11-20T09:30:00Z");
const id = "0190b0a0-1111-7111-8111-111111111111";
const decided = { by: "Ada Lovelace", at, reason: "Paid twice" };

const bare: WhyNotFacts = {
  transaction: { bookedOn: localDate("2026-11-16"), currency: "GBP", moneyIn: true },
  item: { number: "INV-7", counterpartyName: "Acorn Ltd", kind: "invoice", currency: "EUR" },
  score: 52,
  threshold: 70,
  winner: null,
  winnersMore: 0,
  decided: {
    excluded: null,
    removed: null,
    itemVoided: null,
    declined: null,
    transfer: null,
    transactionBlock: null,
    itemBlock: null,
  },
};

const full: WhyNotFacts = {
  ...bare,
  winner: {
    item: { number: "INV-8", counterpartyName: "Birch Ltd" },
    bookedOn: localDate("2026-11-15"),
    sameTransaction: true,
    score: 98,
    decided,
  },
  winnersMore: 2,
  decided: {
    excluded: decided,
    removed: decided,
    itemVoided: decided,
    declined: decided,
    transfer: { ...decided, otherAccount: "Reserve" },
    transactionBlock: "Orchard Court",
    itemBlock: "Willow House",
  },
};

const readable = (sentence: string, word: string) => {
  expect(sentence, word).toMatch(/^[A-Z].*\.$/);
  expect(sentence, word).not.toMatch(/undefined|null|NaN|\[object|[a-z]_[a-z]| {2}|\.\./);
  expect(sentence, word).not.toContain(id);
};

describe("a reason", () => {
  test.each(whyNotCodes)("%s is a sentence, whatever is known", (code) => {
    for (const facts of [
      bare,
      full,
      { ...full, winner: { ...full.winner, sameTransaction: false } },
    ]) {
      readable(whyNotSentence(code, facts as WhyNotFacts), code);
    }
  });

  test("says who and when", () => {
    expect(whyNotSentence("transaction_settled", full)).toBe(
      "The payment is matched with INV-8 (Birch Ltd) and 2 more already by Ada Lovelace on 20 November 2026.",
    );
    expect(whyNotSentence("transaction_excluded", full)).toBe(
      "The payment was left out of reconciliation by Ada Lovelace on 20 November 2026: “Paid twice”.",
    );
    expect(whyNotSentence("transaction_transferred", full)).toBe(
      "It is no payment but a transfer from Reserve, decided by Ada Lovelace on 20 November 2026.",
    );
    expect(whyNotSentence("declined", full)).toBe(
      "Ada Lovelace said on 20 November 2026 that the payment is not for INV-7.",
    );
  });

  test("compares the scores with the winner's", () => {
    expect(whyNotSentence("lost_to", full)).toBe(
      "The payment fits INV-8 (Birch Ltd) better: 98 points against 52.",
    );
    expect(whyNotSentence("below_threshold", full)).toBe(
      "What speaks for it comes to 52 points; without a person it takes 70.",
    );
    expect(whyNotSentence("below_threshold", { ...full, score: 0 })).toBe(
      "Nothing about the payment points to this open item.",
    );
  });
});

describe("a change", () => {
  const values = { value: "12", count: "3", base: "GBP", quote: "EUR", day: "2026-11-16" };

  test.each(whyNotChanges)("%s is a sentence, whatever is known", (change) => {
    readable(changeSentence(change, {}, bare), change);
    readable(changeSentence(change, values, full), change);
  });

  test("names what would have to be otherwise", () => {
    expect(changeSentence("rate", values, full)).toBe(
      "A rate from GBP to EUR for 16 November 2026 would let it be matched.",
    );
    expect(changeSentence("amount", { value: "120.00" }, full)).toBe(
      "Had the payment been of 120.00 GBP, it would have been matched.",
    );
    expect(changeSentence("without_rivals", { count: "1" }, full)).toBe(
      "Were the one that competes with it settled or declined, it would be matched.",
    );
  });

  test("of a demand says that the reference counts: the description may name the unit already", () => {
    const demand: WhyNotFacts = { ...bare, item: { ...bare.item, kind: "demand" } };
    expect(changeSentence("number", { value: "13" }, demand)).toBe(
      "Had the payment's reference named unit 13, it would have been matched.",
    );
    expect(changeSentence("name", { value: "Fairbairn" }, demand)).toBe(
      "Had the payment's reference named Fairbairn, it would have been matched.",
    );
  });
});
