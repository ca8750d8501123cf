import { convert } from "../../core/matching/rates.ts";
import type { ProposedPayment } from "../../core/matching/types.ts";
import { formatDecimal, magnitude, money } from "../../core/money.ts";
import type { Sql } from "../../db/sql.ts";
import { readRates } from "../rates/read-rates.ts";
import type { BothSides } from "./lock-for-match.sql.ts";
import { MatchProblem } from "./match-problem.ts";

/** A payment that is further from the loaded rate than this has a slip in it. */
const deviationPercentMax = 10n;

/**
 * Holds payments across currencies that a person stated to the rates that are loaded: a bank's own rate is some percent
 * off, a digit too many is tenfold. Without a rate near the day there is nothing to hold them to.
 * @throws MatchProblem
 */
export async function checkStatedRates(
  sql: Sql,
  payments: readonly ProposedPayment[],
  sides: BothSides,
): Promise<void> {
  for (const payment of payments) {
    if (payment.rate === null) continue;
    const transaction = sides.transactions.find(({ id }) => id === payment.transactionId);
    const item = sides.items.find(({ id }) => id === payment.itemId);
    if (!transaction || !item) continue;
    const { bookedOn } = transaction;
    const rates = await readRates(sql, { from: bookedOn, to: bookedOn });
    const { transactionMinor } = payment;
    const expected = convert(
      rates,
      transactionMinor,
      transaction.currency,
      item.currency,
      bookedOn,
    );
    if (expected === null) continue;
    const off = magnitude(payment.amountMinor - expected.amountMinor);
    if (off * 100n <= expected.amountMinor * deviationPercentMax) continue;
    const should = formatDecimal(money(expected.amountMinor, item.currency));
    throw new MatchProblem(
      "RATE_IMPLAUSIBLE",
      `By the loaded rate it is about ${should} ${item.currency}: look at the two amounts again.`,
      { transactionId: transaction.id, openItemId: item.id },
    );
  }
}
