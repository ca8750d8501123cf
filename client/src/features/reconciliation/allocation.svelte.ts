import {
  addDecimals,
  compareDecimals,
  isZero,
  parseAmount,
  subtractDecimals,
} from "../../lib/decimal.ts";
import type { Allocation } from "./documents.ts";
import type { Item } from "./fragments.ts";

export interface Share {
  item: Item;
  /** As typed; read by `parseAmount`. */
  typed: string;
}

/**
 * What a person is about to put on which open item from one bank line: the state that the candidates,
 * the search and the difference counter share. Amounts have no sign and are in the line's currency.
 */
export class LineAllocation {
  readonly transactionId: string;
  /** What of the line is still open. */
  open = $state("0");
  shares = $state.raw<Share[]>([]);
  /** Several items, or a part of one: amounts are shown and can be changed. */
  split = $state(false);
  /** A person chose: what comes in live doesn't choose for them any more. */
  touched = false;

  constructor(transactionId: string, open: string) {
    this.transactionId = transactionId;
    this.open = open;
  }

  readonly total = $derived(addDecimals(...this.shares.map((share) => amountOf(share) ?? "0")));
  readonly left = $derived(subtractDecimals(this.open, this.total));
  /** The first thing that keeps it from being matched, in words. */
  readonly obstacle = $derived.by(() => {
    if (this.shares.length === 0) return "Choose what it pays.";
    for (const share of this.shares) {
      const amount = amountOf(share);
      if (amount === undefined || isZero(amount) || amount.startsWith("-")) {
        return `Say how much goes to ${share.item.number}.`;
      }
      if (compareDecimals(amount, share.item.openAmount.amount) > 0) {
        return `That is more than is open of ${share.item.number}.`;
      }
    }
    return compareDecimals(this.left, "0") < 0
      ? "That is more than the transaction has."
      : undefined;
  });

  has(itemId: string): boolean {
    return this.shares.some((share) => share.item.id === itemId);
  }

  shareOf(itemId: string): Share | undefined {
    return this.shares.find((share) => share.item.id === itemId);
  }

  /** Only this item, as far as line and item allow. */
  choose(item: Item): void {
    this.shares = [{ item, typed: smaller(this.open, item.openAmount.amount) }];
  }

  /** One more item, or one less; it gets what is left. */
  toggle(item: Item): void {
    if (this.has(item.id)) {
      this.shares = this.shares.filter((share) => share.item.id !== item.id);
      return;
    }
    const left = compareDecimals(this.left, "0") > 0 ? this.left : "0";
    this.shares = [...this.shares, { item, typed: smaller(left, item.openAmount.amount) }];
  }

  type(itemId: string, typed: string): void {
    this.shares = this.shares.map((share) =>
      share.item.id === itemId ? { ...share, typed } : share,
    );
  }

  clear(): void {
    this.shares = [];
  }

  get allocations(): Allocation[] {
    return this.shares.map((share) => ({
      transactionId: this.transactionId,
      openItemId: share.item.id,
      amount: amountOf(share) ?? "0",
    }));
  }
}

function amountOf(share: Share): string | undefined {
  return parseAmount(share.typed);
}

function smaller(left: string, right: string): string {
  return compareDecimals(left, right) < 0 ? left : right;
}
