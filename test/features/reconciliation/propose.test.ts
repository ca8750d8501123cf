import { expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { builtInProfiles } from "../../../server/src/core/matching/profile.ts";
import { proposeMatches } from "../../../server/src/core/matching/propose-matches.ts";
import type {
  MatchableItem,
  MatchableTransaction,
} from "../../../server/src/core/matching/types.ts";
import { propose } from "../../../server/src/features/reconciliation/propose.ts";

test("many rows are decided in a thread, with the same outcome, while the event loop goes on", async () => {
  const count = 1_000;
  const items = Array.from(
    { length: count },
    (_, index): MatchableItem => ({
      id: `item-${index}`,
      blockId: null,
      unitNumber: null,
      surname: null,
      kind: "invoice",
      number: `INV-${100_000 + 37 * index}`,
      counterpartyName: `Customer ${index}`,
      issuedOn: localDate("2026-10-01"),
      dueOn: null,
      currency: "EUR",
      amountMinor: BigInt(10_000 + index),
      openMinor: BigInt(10_000 + index),
    }),
  );
  const transactions = items.map(
    ({ number, amountMinor, openMinor }, index): MatchableTransaction => ({
      id: `transaction-${index}`,
      blockId: null,
      accountId: "account",
      bookedOn: localDate("2026-10-20"),
      amountMinor,
      openMinor,
      currency: "EUR",
      description: "SEPA CREDIT",
      reference: index % 3 === 0 ? null : number,
      counterpartyName: null,
      pending: false,
    }),
  );
  const input = { transactions, items, profiles: builtInProfiles };
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  const decided = await propose(input);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(10);
  expect(decided.length).toBeGreaterThan(count / 2);
  expect(decided).toEqual(proposeMatches(input).matches);
});
