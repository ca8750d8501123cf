import fc from "fast-check";
import type { PushableLine, PushRules } from "../../../server/src/core/accounting/push-rules.ts";
import { addDays, localDate } from "../../../server/src/core/dates.ts";

export const today = localDate("2026-11-20");

export const anyRules: PushRules = {
  batchLinesMax: 1_000,
  needsBalance: false,
  refusesOlderThanLast: false,
  daysBackMax: null,
  descriptionCharactersMax: 4_000,
};

export function lineOf(values: Partial<PushableLine> = {}): PushableLine {
  return {
    transactionId: "t1",
    bookedOn: today,
    amountMinor: 1_000n,
    description: "CARD COPPER KETTLE",
    counterpartyName: "Copper Kettle",
    reference: null,
    pending: false,
    reconciled: true,
    documents: [],
    revised: null,
    ...values,
  };
}

/** Days from three weeks before today to three days after it, so that many share one. */
export const days = fc.integer({ min: -21, max: 3 }).map((offset) => addDays(today, offset));

/** Lines of one account, each with an id of its own. */
export const lines = fc
  .array(
    fc.record({
      bookedOn: days,
      amountMinor: fc.bigInt({ min: -50_000n, max: 50_000n }),
      pending: fc.boolean(),
      reconciled: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((rows) =>
    rows.map((row, at) => lineOf({ ...row, transactionId: `t${String(at).padStart(3, "0")}` })),
  );

export const rules: fc.Arbitrary<PushRules> = fc.record({
  batchLinesMax: fc.integer({ min: 1, max: 9 }),
  needsBalance: fc.boolean(),
  refusesOlderThanLast: fc.boolean(),
  daysBackMax: fc.option(fc.integer({ min: 0, max: 21 })),
  descriptionCharactersMax: fc.integer({ min: 10, max: 200 }),
});

/** The same rows in any other order. */
export function shuffled<Row>(rows: readonly Row[]): fc.Arbitrary<Row[]> {
  return fc.shuffledSubarray([...rows], { minLength: rows.length, maxLength: rows.length });
}
