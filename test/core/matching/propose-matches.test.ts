import { describe, expect, it } from "vitest";
import {
  builtInProfiles,
  invoiceProfile,
  matchingBounds,
} from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import { scorePair } from "../../../server/src/core/matching/score-pair.ts";
import { suggestForTransaction } from "../../../server/src/core/matching/suggest-for-transaction.ts";
import { itemOf, transactionOf } from "./build.ts";

const profile = invoiceProfile;
const profiles = builtInProfiles;
const acme = { client: "Acme Ltd", amount: "500.00" };

describe("evidence", () => {
  it("names each signal with its points and the two values compared", () => {
    const transaction = transactionOf({
      id: "t1",
      amount: "500.00",
      reference: "inv 1001",
      payer: "ACME",
    });
    const { score, evidence } = scorePair(
      transaction,
      itemOf({ id: "i1", number: "INV-1001", ...acme }),
      profile,
    );
    const ids = { transactionId: "t1", itemId: "i1" };
    expect(score).toBe(135);
    expect(evidence).toEqual([
      {
        ...ids,
        signal: "amount_exact",
        points: 40,
        transactionValue: "500.00",
        itemValue: "500.00",
        distance: null,
      },
      {
        ...ids,
        signal: "document_number_exact",
        points: 60,
        transactionValue: "INV1001",
        itemValue: "INV-1001",
        distance: null,
      },
      {
        ...ids,
        signal: "name_exact",
        points: 25,
        transactionValue: "ACME",
        itemValue: "Acme Ltd",
        distance: null,
      },
      {
        ...ids,
        signal: "date_in_term",
        points: 10,
        transactionValue: "2026-11-10",
        itemValue: "2026-11-19",
        distance: 9,
      },
    ]);
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  });

  it("grows less the later a payment comes", () => {
    const late = (bookedOn: string) =>
      scorePair(
        transactionOf({ id: "t1", amount: "500.00", bookedOn }),
        itemOf({ id: "i1", number: "A-1", ...acme }),
        profile,
      ).score;
    const scores = ["2026-11-10", "2026-11-24", "2026-12-10", "2027-01-10", "2027-06-10"].map(late);
    expect(scores).toEqual([50, 50, 48, 43, 40]);
  });
});

describe("a proposal", () => {
  it("says what a part payment leaves open, in the order of booking", () => {
    const { matches } = proposeMatches({
      transactions: [
        transactionOf({ id: "a", amount: "100.00", reference: "INV-1001", bookedOn: "2026-11-12" }),
        transactionOf({ id: "b", amount: "150.00", reference: "INV-1001", bookedOn: "2026-11-11" }),
      ],
      items: [itemOf({ id: "i1", number: "INV-1001", ...acme })],
      profiles,
    });
    expect(matches.map((match) => [match.transactionIds[0], match.payments[0]?.kind])).toEqual([
      ["a", "payment"],
      ["b", "payment"],
    ]);
  });

  it("shows the rivals on both sides", () => {
    const { suggestions } = proposeMatches({
      transactions: ["t1", "t2"].map((id) =>
        transactionOf({ id, amount: "500.00", payer: "Acme" }),
      ),
      items: ["i1", "i2"].map((id) => itemOf({ id, number: id, ...acme })),
      profiles,
    });
    expect(suggestions[0]).toMatchObject({
      transactionId: "t1",
      itemId: "i1",
      reasonNotAutomatic: "tie",
      rivalItemIds: ["i2"],
      rivalTransactionIds: ["t2"],
    });
  });

  it("refuses a group that is too large to prove, and finds no match in it", () => {
    const many = Array.from({ length: 40 }, (_, index) => String(index).padStart(2, "0"));
    const { matches, suggestions } = proposeMatches({
      transactions: many.map((id) =>
        transactionOf({ id: `t${id}`, amount: "500.00", payer: "Acme" }),
      ),
      items: many.map((id) => itemOf({ id: `i${id}`, number: `X${id}`, ...acme })),
      profiles,
    });
    expect(matches).toEqual([]);
    expect(new Set(suggestions.map((one) => one.reasonNotAutomatic))).toEqual(
      new Set(["group_too_large"]),
    );
  });

  it("does not choose where the search is cut off", () => {
    const bounds = { ...matchingBounds, searchStepsOfGroupMax: 1 };
    const { matches, suggestions } = proposeMatches({
      transactions: [transactionOf({ id: "t1", amount: "500.00", payer: "Acme" })],
      items: ["A-1", "A-2"].map((number) => itemOf({ id: number, number, ...acme })),
      profiles,
      bounds,
    });
    expect(matches).toEqual([]);
    const tooLarge = ["group_too_large", "group_too_large"];
    expect(suggestions.map((one) => one.reasonNotAutomatic)).toEqual(tooLarge);
  });

  it("takes ids that transactions and items share for different things", () => {
    const { matches } = proposeMatches({
      transactions: [transactionOf({ id: "1", amount: "500.00", reference: "INV-1001" })],
      items: [itemOf({ id: "1", number: "INV-1001", ...acme })],
      profiles,
    });
    expect(matches.map((match) => match.certainty)).toEqual(["certain"]);
  });

  it("is empty for nothing, and for what has nothing open", () => {
    expect(proposeMatches({ transactions: [], items: [], profiles })).toEqual({
      matches: [],
      suggestions: [],
      boundedGroups: 0,
    });
    const transaction = {
      ...transactionOf({ id: "t", amount: "500.00", reference: "INV-1001" }),
      openMinor: 0n,
    };
    const item = itemOf({ id: "i", number: "INV-1001", ...acme });
    expect(
      proposeMatches({ transactions: [transaction], items: [item], profiles }).matches,
    ).toEqual([]);
  });
});

describe("suggestions for one transaction", () => {
  const transaction = transactionOf({
    id: "t1",
    amount: "700.00",
    reference: "INV-1001",
    payer: "Acme",
  });
  const items = [
    itemOf({ id: "other", number: "INV-9", client: "Zeta", amount: "12.00" }),
    itemOf({ id: "named", number: "INV-1001", ...acme }),
    itemOf({ id: "equal", number: "INV-7", client: "Beta", amount: "700.00" }),
    itemOf({ id: "expense", number: "INV-1001", kind: "expense", ...acme }),
    itemOf({ id: "dollars", number: "INV-1001", currency: "USD", ...acme }),
  ];

  it("come best first, with what can be put on each", () => {
    const ranked = suggestForTransaction(transaction, items, profiles, { scoreMin: 20 });
    expect(ranked.map((one) => [one.itemId, one.amountMinor, one.settles])).toEqual([
      ["named", 50_000n, false],
    ]);
    const all = suggestForTransaction(transaction, items, profiles, { scoreMin: -100 });
    expect(all.map((one) => one.itemId)).toEqual(["named", "equal", "other"]);
  });

  it("leave out what was declined", () => {
    const declined = [{ transactionId: "t1", itemId: "named" }];
    expect(suggestForTransaction(transaction, items, profiles, { declined })).toEqual([]);
  });
});
