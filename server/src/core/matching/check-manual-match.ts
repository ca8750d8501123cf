import type { CurrencyCode } from "../currencies.ts";
import { failed, ok, type Result } from "../result.ts";
import type { MatchableItem, MatchableTransaction, ProposedPayment } from "./types.ts";

export type ManualTransaction = Pick<
  MatchableTransaction,
  "id" | "amountMinor" | "openMinor" | "currency"
> & { readonly state: "live" | "excluded" | "removed" };

export type ManualItem = Pick<MatchableItem, "id" | "kind" | "openMinor" | "currency"> & {
  readonly state: "open" | "paid" | "void";
};

export type ManualMatch = {
  readonly transactions: readonly ManualTransaction[];
  readonly items: readonly ManualItem[];
  readonly allocations: readonly ProposedPayment[];
};

/** The base of what can be wrong with a match by hand: a code and fields, never to be read by text. */
export abstract class ManualMatchProblem extends Error {
  abstract readonly code: string;
}

export class NothingSelected extends ManualMatchProblem {
  readonly code = "nothing_selected";
}

/** An allocation names a transaction or an item that is not among the loaded ones. */
export class UnknownSelection extends ManualMatchProblem {
  readonly code = "unknown_selection";
  readonly id: string;
  constructor(id: string) {
    super("a selected transaction or open item does not exist");
    this.id = id;
  }
}

export class AmountNotPositive extends ManualMatchProblem {
  readonly code = "amount_not_positive";
  readonly itemId: string;
  readonly amountMinor: bigint;
  constructor(itemId: string, amountMinor: bigint) {
    super("an allocated amount must be above zero");
    this.itemId = itemId;
    this.amountMinor = amountMinor;
  }
}

export class TransactionNotLive extends ManualMatchProblem {
  readonly code = "transaction_not_live";
  readonly transactionId: string;
  readonly state: "excluded" | "removed";
  constructor(transactionId: string, state: "excluded" | "removed") {
    super(`the transaction is ${state}`);
    this.transactionId = transactionId;
    this.state = state;
  }
}

export class ItemVoid extends ManualMatchProblem {
  readonly code = "item_void";
  readonly itemId: string;
  constructor(itemId: string) {
    super("the open item is void");
    this.itemId = itemId;
  }
}

export class CurrencyMismatch extends ManualMatchProblem {
  readonly code = "currency_mismatch";
  readonly transactionId: string;
  readonly itemId: string;
  readonly transactionCurrency: CurrencyCode;
  readonly itemCurrency: CurrencyCode;
  constructor(transaction: ManualTransaction, item: ManualItem) {
    super(`the transaction is in ${transaction.currency}, the open item in ${item.currency}`);
    this.transactionId = transaction.id;
    this.itemId = item.id;
    this.transactionCurrency = transaction.currency;
    this.itemCurrency = item.currency;
  }
}

/** Money in settles invoices, money out settles expenses. */
export class DirectionMismatch extends ManualMatchProblem {
  readonly code = "direction_mismatch";
  readonly transactionId: string;
  readonly itemId: string;
  constructor(transactionId: string, itemId: string) {
    super("money in settles invoices, and money out settles expenses");
    this.transactionId = transactionId;
    this.itemId = itemId;
  }
}

export class ExceedsTransaction extends ManualMatchProblem {
  readonly code = "exceeds_transaction";
  readonly transactionId: string;
  readonly openMinor: bigint;
  readonly allocatedMinor: bigint;
  constructor(transactionId: string, openMinor: bigint, allocatedMinor: bigint) {
    super("more is allocated than the transaction has left");
    this.transactionId = transactionId;
    this.openMinor = openMinor;
    this.allocatedMinor = allocatedMinor;
  }
}

export class ExceedsItem extends ManualMatchProblem {
  readonly code = "exceeds_item";
  readonly itemId: string;
  readonly openMinor: bigint;
  readonly allocatedMinor: bigint;
  constructor(itemId: string, openMinor: bigint, allocatedMinor: bigint) {
    super("more is allocated than the open item has left");
    this.itemId = itemId;
    this.openMinor = openMinor;
    this.allocatedMinor = allocatedMinor;
  }
}

/**
 * Checks a match that a person put together, with what was loaded under lock. Answers the payments
 * to write, allocations of the same pair added up, or the first problem in the order of the
 * allocations (selection, amount, state, currency, direction, then sums).
 */
export function checkManualMatch(
  match: ManualMatch,
): Result<readonly ProposedPayment[], ManualMatchProblem> {
  if (match.allocations.length === 0) return failed(new NothingSelected("nothing is selected"));
  const transactions = new Map(match.transactions.map((one) => [one.id, one]));
  const items = new Map(match.items.map((one) => [one.id, one]));
  const payments = new Map<string, ProposedPayment>();
  for (const allocation of match.allocations) {
    const transaction = transactions.get(allocation.transactionId);
    if (transaction === undefined) return failed(new UnknownSelection(allocation.transactionId));
    const item = items.get(allocation.itemId);
    if (item === undefined) return failed(new UnknownSelection(allocation.itemId));
    const problem = problemOfPair(transaction, item, allocation.amountMinor);
    if (problem !== null) return failed(problem);
    const key = JSON.stringify([transaction.id, item.id]);
    const amountMinor = (payments.get(key)?.amountMinor ?? 0n) + allocation.amountMinor;
    const ids = { transactionId: transaction.id, itemId: item.id };
    const transactionMinor = amountMinor;
    payments.set(key, { ...ids, kind: "payment", amountMinor, transactionMinor, rate: null });
  }
  const all = [...payments.values()];
  const problem = problemOfSums(all, transactions, items);
  return problem === null ? ok(all) : failed(problem);
}

function problemOfPair(
  transaction: ManualTransaction,
  item: ManualItem,
  amountMinor: bigint,
): ManualMatchProblem | null {
  if (amountMinor <= 0n) return new AmountNotPositive(item.id, amountMinor);
  if (transaction.state !== "live")
    return new TransactionNotLive(transaction.id, transaction.state);
  if (item.state === "void") return new ItemVoid(item.id);
  if (transaction.currency !== item.currency) return new CurrencyMismatch(transaction, item);
  const settles = transaction.amountMinor < 0n;
  const isExpense = item.kind === "expense";
  return settles === isExpense ? null : new DirectionMismatch(transaction.id, item.id);
}

function problemOfSums(
  payments: readonly ProposedPayment[],
  transactions: ReadonlyMap<string, ManualTransaction>,
  items: ReadonlyMap<string, ManualItem>,
): ManualMatchProblem | null {
  for (const [id, allocated] of sumsBy(payments, "transactionId")) {
    const open = transactions.get(id)?.openMinor ?? 0n;
    if (allocated > open) return new ExceedsTransaction(id, open, allocated);
  }
  for (const [id, allocated] of sumsBy(payments, "itemId")) {
    const open = items.get(id)?.openMinor ?? 0n;
    if (allocated > open) return new ExceedsItem(id, open, allocated);
  }
  return null;
}

function sumsBy(
  payments: readonly ProposedPayment[],
  key: "transactionId" | "itemId",
): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const payment of payments) {
    sums.set(payment[key], (sums.get(payment[key]) ?? 0n) + payment.amountMinor);
  }
  return sums;
}
