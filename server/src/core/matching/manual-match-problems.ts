import type { CurrencyCode } from "../currencies.ts";
import type { ManualItem, ManualTransaction } from "./check-manual-match.ts";

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

/** Money in settles invoices and demands, money out settles expenses. */
export class DirectionMismatch extends ManualMatchProblem {
  readonly code = "direction_mismatch";
  readonly transactionId: string;
  readonly itemId: string;
  constructor(transactionId: string, itemId: string) {
    super("money in settles invoices and demands, and money out settles expenses");
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

/** The item belongs to a set of books whose accounts the transaction is not of. */
export class OtherBlock extends ManualMatchProblem {
  readonly code = "other_block";
  readonly transactionId: string;
  readonly itemId: string;
  constructor(transactionId: string, itemId: string) {
    super("the open item belongs to another block than the transaction's account");
    this.transactionId = transactionId;
    this.itemId = itemId;
  }
}

/** A residual that stands on both sides or on none, without a payment beside it, or larger than that payment. */
export class ResidualUnfit extends ManualMatchProblem {
  readonly code = "residual_unfit";
  readonly itemId: string;
  readonly why: "side" | "alone" | "too_large" | "one_currency";
  constructor(itemId: string, why: ResidualUnfit["why"]) {
    super(`the residual does not fit: ${why}`);
    this.itemId = itemId;
    this.why = why;
  }
}
