import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { MatchingProfile } from "./profile.ts";
import { convert, type RateTable } from "./rates.ts";
import type { PaymentKind, SignalName } from "./types.ts";

export type AmountSignal = Extract<SignalName, `amount_${string}`>;

/** How one transaction would pay one item, and what its amount says. Minor units, whole numbers. */
export type Settlement = {
  readonly signal: AmountSignal;
  /** What the payment puts on the item, in the item's currency. */
  readonly paidMinor: number;
  /** What the payment takes from the transaction, in the transaction's currency. */
  readonly takenMinor: number;
  /** What settles the rest of the item without money, or leaves the transaction without settling anything. */
  readonly residual: Residual | null;
  readonly rate: string | null;
};

export type Residual = {
  readonly kind: PaymentKind;
  readonly itemMinor: number;
  readonly transactionMinor: number;
};

/** Days from the issue in which a discount may be taken where no due date says how long. */
const discountDaysWithoutTerm = 14;

/** Of an amount that is not so many times the difference some cents are no rounding. */
const roundingShareMin = 20;

/**
 * How a transaction's open amount meets an item's. Null where they are in two currencies and no rate says what one is
 * worth in the other.
 */
export function settle(
  transaction: PreparedTransaction,
  item: PreparedItem,
  profile: MatchingProfile,
  rates: RateTable | undefined,
): Settlement | null {
  if (transaction.transaction.currency !== item.item.currency) {
    return rates === undefined ? null : settleAcross(transaction, item, profile, rates);
  }
  const paid = transaction.openMinor;
  const open = item.openMinor;
  if (paid === open) {
    const whole = item.item.openMinor === item.item.amountMinor;
    return plain(whole ? "amount_exact" : "amount_open_exact", open);
  }
  const residual = residualOf(paid, open, transaction.bookedDay, item, profile);
  if (residual !== null) {
    const paidMinor = Math.min(paid, open);
    return { signal: "amount_residual", paidMinor, takenMinor: paidMinor, residual, rate: null };
  }
  if (Math.abs(paid - open) * 100 <= open * profile.tolerancePercent) {
    return plain("amount_within_tolerance", Math.min(paid, open));
  }
  return plain(paid < open ? "amount_part" : "amount_exceeds_open", Math.min(paid, open));
}

function plain(signal: AmountSignal, minor: number): Settlement {
  return { signal, paidMinor: minor, takenMinor: minor, residual: null, rate: null };
}

/** The difference as what it most likely is, where the profile lets it pass: the narrowest reading first. */
function residualOf(
  paid: number,
  open: number,
  bookedDay: number,
  item: PreparedItem,
  { residuals }: MatchingProfile,
): Residual | null {
  const short = open - paid;
  const isSlight = Math.abs(short) * roundingShareMin <= open;
  if (isSlight && Math.abs(short) <= residuals.roundingMaxMinor) {
    return short > 0
      ? { kind: "rounding", itemMinor: short, transactionMinor: 0 }
      : { kind: "rounding", itemMinor: 0, transactionMinor: -short };
  }
  if (short <= 0) return null;
  const discountUntil = item.dueDay ?? item.issuedDay + discountDaysWithoutTerm;
  const isDiscount = residuals.discountPercents.some((percent) => {
    const discount = Math.round((open * percent) / 100);
    return discount > 0 && Math.abs(short - discount) <= 1;
  });
  if (isDiscount && bookedDay <= discountUntil) {
    return { kind: "discount", itemMinor: short, transactionMinor: 0 };
  }
  const isFee =
    short <= residuals.bankFeeMaxMinor && short * 100 <= open * residuals.bankFeePercent;
  return isFee ? { kind: "bank_fee", itemMinor: short, transactionMinor: 0 } : null;
}

/** At the rate of the day of booking; what the bank's own rate makes more or less is an exchange difference. */
function settleAcross(
  { transaction, openMinor: paid }: PreparedTransaction,
  { item, openMinor: open }: PreparedItem,
  profile: MatchingProfile,
  rates: RateTable,
): Settlement | null {
  const { currency, bookedOn } = transaction;
  const worth = convert(rates, transaction.openMinor, currency, item.currency, bookedOn);
  if (worth === null) return null;
  const worthMinor = Number(worth.amountMinor);
  const { rate } = worth;
  const off = Math.abs(worthMinor - open) * 100;
  const difference = open - worthMinor;
  if (off > open * profile.residuals.exchangePercent) {
    const signal =
      off <= open * profile.ratePercent
        ? "amount_within_tolerance"
        : difference > 0
          ? "amount_part"
          : "amount_exceeds_open";
    if (difference >= 0) {
      return { signal, paidMinor: worthMinor, takenMinor: paid, residual: null, rate };
    }
    const taken = convert(rates, item.openMinor, item.currency, currency, bookedOn);
    const takenMinor = Math.min(paid, Number(taken?.amountMinor ?? paid));
    return { signal, paidMinor: open, takenMinor, residual: null, rate };
  }
  const signal = "amount_converted";
  if (difference > 0 && worthMinor > 0) {
    const residual = {
      kind: "exchange_difference",
      itemMinor: difference,
      transactionMinor: 0,
    } as const;
    return { signal, paidMinor: worthMinor, takenMinor: paid, residual, rate };
  }
  const taken = convert(rates, item.openMinor, item.currency, currency, bookedOn);
  const takenMinor = Math.max(1, Math.min(paid, Number(taken?.amountMinor ?? paid)));
  const left = paid - takenMinor;
  const residual =
    left === 0
      ? null
      : ({ kind: "exchange_difference", itemMinor: 0, transactionMinor: left } as const);
  return { signal, paidMinor: open, takenMinor, residual, rate };
}
