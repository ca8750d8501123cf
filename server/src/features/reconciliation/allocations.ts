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
  OtherBlock,
  ResidualUnfit,
  TransactionNotLive,
  UnknownSelection,
} from "../../core/matching/manual-match-problems.ts";
import type { PaymentKind, ProposedPayment } from "../../core/matching/types.ts";
import { formatDecimal, money, parseDecimal } from "../../core/money.ts";
import { Conflict, NotFound, type Problem } from "../errors.ts";
import type { BothSides } from "./lock-for-match.sql.ts";
import { MatchProblem } from "./match-problem.ts";

/** One line of a match by hand: a payment from a bank transaction to an open item, or a residual beside one. */
export interface Allocation {
  readonly transactionId: string;
  readonly openItemId: string;
  /** A payment, when it is left out. */
  readonly kind?: PaymentKind | null;
  /** What it puts on the open item: a decimal in the item's currency, not below zero. */
  readonly amount: string;
  /**
   * What it takes from the transaction: a decimal in the transaction's currency. Left out, a payment in one currency
   * takes what it puts, and a residual takes nothing.
   */
  readonly transactionAmount?: string | null;
}

/** @throws NotFound, MatchProblem for an amount that the currency cannot hold exactly, or a missing one */
export function readAllocations(
  allocations: readonly Allocation[],
  sides: BothSides,
): ProposedPayment[] {
  const transactions = new Map(sides.transactions.map(({ id, currency }) => [id, currency]));
  const items = new Map(sides.items.map(({ id, currency }) => [id, currency]));
  return allocations.map((allocation) => {
    const transactionId = allocation.transactionId.toLowerCase();
    const itemId = allocation.openItemId.toLowerCase();
    const kind = allocation.kind ?? "payment";
    const [from, to] = [transactions.get(transactionId), items.get(itemId)];
    if (from === undefined) throw new NotFound("bank transaction");
    if (to === undefined) throw new NotFound("open item");
    const ids = { transactionId, openItemId: itemId };
    const amountMinor = readAmount(allocation.amount, to, ids);
    const line = { transactionId, itemId, kind, amountMinor, rate: null };
    if (allocation.transactionAmount != null) {
      return { ...line, transactionMinor: readAmount(allocation.transactionAmount, from, ids) };
    }
    if (kind !== "payment") return { ...line, transactionMinor: 0n };
    if (from === to) return { ...line, transactionMinor: amountMinor };
    const message = `The transaction is in ${from}, the open item in ${to}: say what is taken from the transaction too.`;
    throw new MatchProblem("CURRENCY_MISMATCH", message, ids);
  });
}

function readAmount(
  text: string,
  currency: CurrencyCode,
  ids: { transactionId: string; openItemId: string },
): bigint {
  const parsed = parseDecimal(text, currency);
  if (parsed.ok) return parsed.value.amountMinor;
  throw new MatchProblem(
    "AMOUNT_INVALID",
    `${text.slice(0, 40)} is no amount of ${currency}.`,
    ids,
  );
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
    const { transactionId, itemId: openItemId, transactionCurrency } = problem;
    const message = `Both are in ${transactionCurrency}: what a payment takes is what it puts. A difference is a line of its own.`;
    return new MatchProblem("CURRENCY_MISMATCH", message, { transactionId, openItemId });
  }
  if (problem instanceof OtherBlock) {
    const { transactionId, itemId: openItemId } = problem;
    const message = `${numberOf(sides, openItemId)} belongs to a block, and the transaction's account is not of it.`;
    return new MatchProblem("OTHER_BLOCK", message, { transactionId, openItemId });
  }
  if (problem instanceof ResidualUnfit) {
    return new MatchProblem("RESIDUAL_UNFIT", residualMessages[problem.why], {
      openItemId: problem.itemId,
    });
  }
  if (problem instanceof DirectionMismatch) {
    const { transactionId, itemId: openItemId } = problem;
    const message = "Money in settles an invoice or a demand, money out an expense.";
    return new MatchProblem("DIRECTION_MISMATCH", message, { transactionId, openItemId });
  }
  if (problem instanceof ExceedsTransaction) return exceedsTransaction(problem, sides);
  if (problem instanceof ExceedsItem) return exceedsItem(problem, sides);
  return unreachable(problem as never);
}

const residualMessages: Readonly<Record<ResidualUnfit["why"], string>> = {
  side: "A difference is on one side: it settles the open item, or it leaves the transaction. Only rounding and exchange differences can leave the transaction.",
  alone: "A difference stands beside a payment of the same transaction and open item.",
  too_large: "The difference is not smaller than the payment beside it.",
  one_currency: "An exchange difference needs two currencies.",
};

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
