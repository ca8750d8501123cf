import {
  addDecimals,
  compareDecimals,
  isNegative,
  isZero,
  parseAmount,
  subtractDecimals,
} from "../../lib/decimal.ts";
import type { Allocation } from "./documents.ts";
import type { Item } from "./fragments.ts";
import type { ResidualKind } from "./residuals.ts";

export interface Share {
  item: Item;
  /** As typed, in the item's currency; read by `parseAmount`. */
  typed: string;
  /** As typed, in the line's currency: what it takes from a line of another currency. */
  taken: string;
  /** What becomes of the rest of the item: it stays open, or it is settled without money. */
  rest: ResidualKind | "OPEN";
}

/** A difference is offered as a kind of its own up to one part in so many of what is paid. */
const withinReason = 10;

/**
 * What a person is about to put on which open item from one bank line: the state that the candidates,
 * the search and the difference counter share. Amounts have no sign.
 */
export class LineAllocation {
  readonly transactionId: string;
  /** What of the line is still open, in the line's currency. */
  open = $state("0");
  /** The line's; empty until it is known. */
  currency = $state("");
  shares = $state.raw<Share[]>([]);
  /** Several items, or a part of one: amounts are shown and can be changed. */
  split = $state(false);
  /** What becomes of what is left of the line. */
  leftAs = $state<"OPEN" | "ROUNDING" | "EXCHANGE_DIFFERENCE">("OPEN");
  /** A person chose or typed: what comes in live doesn't choose for them any more. */
  #touched = false;

  constructor(transactionId: string, open: string) {
    this.transactionId = transactionId;
    this.open = open;
  }

  /** In the line's currency. */
  readonly total = $derived(
    addDecimals(...this.shares.map((share) => takenOf(share, this.currency) ?? "0")),
  );
  readonly left = $derived(subtractDecimals(this.open, this.total));
  /** The first thing that keeps it from being matched, in words. */
  readonly obstacle = $derived.by(() => {
    if (this.shares.length === 0) return "Choose what it pays.";
    for (const share of this.shares) {
      const { number, openAmount } = share.item;
      const amount = parseAmount(share.typed);
      if (!isAbove(amount)) {
        return this.shares.length > 1 && !isAbove(this.left)
          ? `Nothing is left for ${number}: lower another amount, or leave one out.`
          : `Say how much goes to ${number}.`;
      }
      if (compareDecimals(amount, openAmount.amount) > 0) {
        return `That is more than is open of ${number}.`;
      }
      if (!isAbove(takenOf(share, this.currency))) {
        return `Say how much of the transaction ${number} takes.`;
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

  /** Whether both amounts must be said, as the bank did the exchange. */
  crosses(item: Item): boolean {
    return crosses(item, this.currency);
  }

  /** Chooses for a person who has not chosen yet; nothing where there is no answer. */
  suggest(item: Item | undefined): void {
    if (this.#touched) return;
    if (item) this.choose(item);
    else this.clear();
  }

  /** A person's choice: instead of the one before, or beside it where the line is split. */
  pick(item: Item): void {
    this.#touched = true;
    if (this.split) this.toggle(item);
    else this.choose(item);
  }

  /** Found by search: in addition to what is chosen, when the line has something left for it. */
  add(item: Item): void {
    const more = this.shares.length > 0 && compareDecimals(this.left, "0") > 0;
    if (more && !this.has(item.id)) this.split = true;
    this.pick(item);
  }

  /** Several items or a part of one, and back to the first item alone. */
  toggleSplit(): void {
    this.#touched = true;
    this.split = !this.split;
    const [first] = this.shares;
    if (!this.split && first) this.choose(first.item);
  }

  /** Only this item, as far as line and item allow. */
  choose(item: Item): void {
    this.shares = [this.#share(item, this.open)];
    this.leftAs = "OPEN";
  }

  /** One more item, or one less; it gets what is left. */
  toggle(item: Item): void {
    this.leftAs = "OPEN";
    if (this.has(item.id)) {
      this.shares = this.shares.filter((share) => share.item.id !== item.id);
      return;
    }
    const left = compareDecimals(this.left, "0") > 0 ? this.left : "0";
    this.shares = [...this.shares, this.#share(item, left)];
  }

  type(itemId: string, typed: string): void {
    this.#touched = true;
    this.#change(itemId, { typed, rest: "OPEN" });
  }

  take(itemId: string, taken: string): void {
    this.#touched = true;
    this.#change(itemId, { taken });
  }

  settleRest(itemId: string, rest: Share["rest"]): void {
    this.#touched = true;
    this.#change(itemId, { rest });
  }

  settleLeft(leftAs: LineAllocation["leftAs"]): void {
    this.#touched = true;
    this.leftAs = leftAs;
  }

  clear(): void {
    this.shares = [];
    this.leftAs = "OPEN";
  }

  /** What would stay open of an item, where it is little enough to be a fee, a discount or the like. */
  smallRestOf(share: Share): string | undefined {
    const amount = parseAmount(share.typed);
    if (!isAbove(amount)) return undefined;
    return smallBeside(subtractDecimals(share.item.openAmount.amount, amount), amount);
  }

  /** What would be left of the line, where it is little enough to be a rounding or the exchange. */
  get smallLeft(): string | undefined {
    return this.shares.length === 0 || this.obstacle
      ? undefined
      : smallBeside(this.left, this.total);
  }

  get allocations(): Allocation[] {
    const lines = this.shares.flatMap((share) => this.#linesOf(share));
    const [first] = this.shares;
    if (!first || this.leftAs === "OPEN" || this.smallLeft === undefined) return lines;
    return [
      ...lines,
      {
        transactionId: this.transactionId,
        openItemId: first.item.id,
        kind: this.leftAs,
        amount: "0",
        transactionAmount: this.left,
      },
    ];
  }

  #linesOf(share: Share): Allocation[] {
    const pair = { transactionId: this.transactionId, openItemId: share.item.id };
    const taken = this.crosses(share.item) ? takenOf(share, this.currency) : undefined;
    const rest = share.rest === "OPEN" ? undefined : this.smallRestOf(share);
    return [
      {
        ...pair,
        amount: parseAmount(share.typed) ?? "0",
        ...(taken === undefined ? {} : { transactionAmount: taken }),
      },
      ...(rest === undefined || share.rest === "OPEN"
        ? []
        : [{ ...pair, amount: rest, kind: share.rest }]),
    ];
  }

  #share(item: Item, available: string): Share {
    if (this.crosses(item)) {
      return { item, typed: item.openAmount.amount, taken: available, rest: "OPEN" };
    }
    return { item, typed: smaller(available, item.openAmount.amount), taken: "", rest: "OPEN" };
  }

  #change(itemId: string, change: Partial<Share>): void {
    this.shares = this.shares.map((share) =>
      share.item.id === itemId ? { ...share, ...change } : share,
    );
  }
}

function crosses(item: Item, currency: string): boolean {
  return currency !== "" && item.openAmount.currency !== currency;
}

function takenOf(share: Share, currency: string): string | undefined {
  return parseAmount(crosses(share.item, currency) ? share.taken : share.typed);
}

function isAbove(amount: string | undefined): amount is string {
  return amount !== undefined && !isZero(amount) && !isNegative(amount);
}

function smallBeside(difference: string, paid: string): string | undefined {
  if (!isAbove(difference)) return undefined;
  const many = addDecimals(...Array<string>(withinReason).fill(difference));
  return compareDecimals(many, paid) <= 0 ? difference : undefined;
}

function smaller(left: string, right: string): string {
  return compareDecimals(left, right) < 0 ? left : right;
}
