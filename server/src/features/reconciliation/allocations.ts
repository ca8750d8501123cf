import { unreachable } from "../../core/assert.ts";
import type { CurrencyCode } from "../../core/currencies.ts";
import {
  AmountNotPositive,
  CurrencyMismatch,
  DirectionMismatch,
  ExceedsItem,
  ExceedsTransaction,
  ItemVoid,
  type ManualMatchProblem,
  NothingSelected,
  TransactionNotLive,
  UnknownSelection,
} from "../../core/matching/check-manual-match.ts";
import type { ProposedPayment } from "../../core/matching/types.ts";
import { formatDecimal, money, parseDecimal } from "../../core/money.ts";
import { Conflict, NotFound, type Problem } from "../errors.ts";
import type { BothSides } from "./lock-for-match.sql.ts";
import { MatchProblem } from "./match-problem.ts";

/** What a person puts on one open item from one bank transaction. */
export interface Allocation {
  readonly transactionId: string;
  readonly openItemId: string;
  /** A decimal in the transaction's currency, above zero. */
  readonly amount: string;
}

/** @throws MatchProblem for an amount that the currency cannot hold exactly */
export function readAllocations(
  allocations: readonly Allocation[],
  sides: BothSides,
): ProposedPayment[] {
  const currencies = new Map(sides.transactions.map(({ id, currency }) => [id, currency]));
  return allocations.map(({ transactionId: given, openItemId, amount }) => {
    const transactionId = given.toLowerCase();
    const currency = currencies.get(transactionId);
    if (currency === undefined) throw new NotFound("bank transaction");
    const parsed = parseDecimal(amount, currency);
    if (!parsed.ok) {
      const message = `${amount.slice(0, 40)} is no amount of ${currency}.`;
      throw new MatchProblem("AMOUNT_INVALID", message, { transactionId, openItemId });
    }
    const { amountMinor } = parsed.value;
    return {
      transactionId,
      itemId: openItemId.toLowerCase(),
      kind: "payment" as const,
      amountMinor,
      transactionMinor: amountMinor,
      rate: null,
    };
  });
}

/**
 * What core found, as the API answers it. What the rows have come to is a Conflict: the caller looks again. What was
 * wrong from the start is a MatchProblem: the caller changes the allocations.
 */
export function refusal(problem: ManualMatchProblem, sides: BothSides): Problem {
  if (problem instanceof NothingSelected) {
    return new MatchProblem("NOTHING_SELECTED", "Choose what to match.");
  }
  if (problem instanceof UnknownSelection) return new NotFound("bank transaction or open item");
  if (problem instanceof AmountNotPositive) {
    const fields = { openItemId: problem.itemId };
    return new MatchProblem("AMOUNT_NOT_POSITIVE", "An amount to match is above zero.", fields);
  }
  if (problem instanceof TransactionNotLive) {
    const how = problem.state === "excluded" ? "excluded" : "removed by the bank";
    return new Conflict(`The transaction has been ${how}.`);
  }
  if (problem instanceof ItemVoid) {
    return new Conflict(`${numberOf(sides, problem.itemId)} has been made void.`);
  }
  if (problem instanceof CurrencyMismatch) {
    const { transactionId, itemId: openItemId, transactionCurrency, itemCurrency } = problem;
    const message = `The transaction is in ${transactionCurrency}, ${numberOf(sides, openItemId)} in ${itemCurrency}.`;
    return new MatchProblem("CURRENCY_MISMATCH", message, { transactionId, openItemId });
  }
  if (problem instanceof DirectionMismatch) {
    const { transactionId, itemId: openItemId } = problem;
    const message = "Money in settles an invoice, money out an expense.";
    return new MatchProblem("DIRECTION_MISMATCH", message, { transactionId, openItemId });
  }
  if (problem instanceof ExceedsTransaction) return exceedsTransaction(problem, sides);
  if (problem instanceof ExceedsItem) return exceedsItem(problem, sides);
  return unreachable(problem as never);
}

function exceedsTransaction(problem: ExceedsTransaction, sides: BothSides): Problem {
  const { transactionId, openMinor, allocatedMinor } = problem;
  const currency = sides.transactions.find(({ id }) => id === transactionId)?.currency;
  if (openMinor === 0n || !currency) return new Conflict("The transaction is matched already.");
  const message = `Only ${amount(openMinor, currency)} of the transaction is still open.`;
  const difference = money(allocatedMinor - openMinor, currency);
  return new MatchProblem("EXCEEDS_TRANSACTION", message, { transactionId, difference });
}

function exceedsItem(problem: ExceedsItem, sides: BothSides): Problem {
  const { itemId: openItemId, openMinor, allocatedMinor } = problem;
  const item = sides.items.find(({ id }) => id === openItemId);
  if (openMinor === 0n || !item) {
    return new Conflict(`${numberOf(sides, openItemId)} is paid already.`);
  }
  const message = `Only ${amount(openMinor, item.currency)} of ${item.number} is still open.`;
  const difference = money(allocatedMinor - openMinor, item.currency);
  return new MatchProblem("EXCEEDS_ITEM", message, { openItemId, difference });
}

function amount(amountMinor: bigint, currency: CurrencyCode): string {
  return `${formatDecimal(money(amountMinor, currency))} ${currency}`;
}

function numberOf(sides: BothSides, itemId: string): string {
  return sides.items.find(({ id }) => id === itemId)?.number ?? "The open item";
}
