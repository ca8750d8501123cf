import type { Pair } from "./compare-pair.ts";
import type { MatchingContext } from "./context.ts";
import { isExactAmount, isNameAlike, namesAnother } from "./edges.ts";
import { type Edge, type Option, singleOption } from "./option.ts";
import type { OptionsOfTransaction } from "./options-of-transaction.ts";
import type { PreparedItem } from "./prepare.ts";
import { fits } from "./solve-group.ts";

/** A name that was cut off still counts as found. */
const nameShareMin = 0.95;
/** What banks keep is a multiple of this, and a bank's own rate at most so far from the published one. */
const feeStepMinor = 50;
const exchangePercentMax = 1;
const wholeMinor = 100;

/**
 * Payments that name no document and are not quite what is open: with cents, a discount, a fee or an exchange difference
 * between. Each settles the one item of its client that is near it, where nothing else of that client is, no other payment
 * may be meant for it, and the difference can hardly be chance. To be asked once all else is decided, so that no such
 * reading competes with a better one.
 * @param asked the transactions that were solved, with what is known of each
 */
export function differenceOptions(
  asked: readonly OptionsOfTransaction[],
  options: readonly Option[],
  taken: readonly Option[],
  context: MatchingContext,
): readonly Option[] {
  const settled = new Set(taken.flatMap(({ transactions }) => transactions));
  const isLive = (option: Option) =>
    fits(option, context.open) && !option.transactions.some((one) => settled.has(one));
  const live = options.filter(isLive);
  const meant = new Set(live.flatMap(({ transactions }) => transactions));
  const contested = new Set(live.flatMap(({ uses }) => uses.map(({ item }) => item)));
  const near = new Map<PreparedItem, number>();
  const found: Edge[] = [];
  for (const own of asked) {
    if (settled.has(own.transaction)) continue;
    const nearOnes = own.edges.filter(
      ({ pair }) => isNear(pair) && (context.open[pair.item.place] ?? 0) > 0,
    );
    for (const { pair } of nearOnes) near.set(pair.item, (near.get(pair.item) ?? 0) + 1);
    if (meant.has(own.transaction) || own.bounded) continue;
    if (own.sum !== null && isLive(own.sum)) continue;
    const [only, ...others] = nearOnes;
    if (only !== undefined && others.length === 0 && isTold(only, own)) found.push(only);
  }
  return found
    .filter(({ pair: { item } }) => near.get(item) === 1 && !contested.has(item))
    .filter(({ pair: { item } }) => context.open[item.place] === item.openMinor)
    .map((edge) => singleOption(edge, false));
}

/** An item that the payment may be meant for: its client's, or named, and not far from the amount. */
function isNear(pair: Pair): boolean {
  const { amount, number } = pair;
  if (number !== null && number.signal !== "document_number_other") return true;
  if (!isNameAlike(pair)) return false;
  return isExactAmount(pair) || isSettling(pair) || amount.signal === "amount_within_tolerance";
}

function isSettling({ amount }: Pair): boolean {
  return amount.residual !== null || amount.signal === "amount_converted";
}

function isTold({ pair, blocked }: Edge, { client }: OptionsOfTransaction): boolean {
  const { transaction, item, name, number, profile } = pair;
  if (blocked !== "number_not_exact_or_not_unique" || profile.family !== "invoice") return false;
  if (number !== null || client?.name.key !== item.name.key || namesAnother(pair)) return false;
  if (!isNameAlike(pair) || (name?.share ?? 0) < nameShareMin || !isSettling(pair)) return false;
  if (item.item.openMinor !== item.item.amountMinor) return false;
  return transaction.bookedDay >= item.issuedDay && isNoChance(pair);
}

/** Whether the difference is too much of its kind to be another document's amount. */
function isNoChance({ amount, transaction, item }: Pair): boolean {
  if (amount.rate !== null) {
    const offMinor = (amount.residual?.itemMinor ?? 0) || acrossMinor(amount, item);
    return offMinor * 100 <= item.openMinor * exchangePercentMax;
  }
  switch (amount.residual?.kind) {
    case "rounding":
      return true;
    case "discount":
      return transaction.openMinor % wholeMinor !== 0;
    case "bank_fee":
      return (
        item.item.kind === "invoice" &&
        amount.residual.itemMinor % feeStepMinor === 0 &&
        item.openMinor % wholeMinor !== 0
      );
    default:
      return false;
  }
}

/** What is too much, in the item's currency. */
function acrossMinor(
  { residual, takenMinor }: Pair["amount"],
  { openMinor }: PreparedItem,
): number {
  return ((residual?.transactionMinor ?? 0) / Math.max(1, takenMinor)) * openMinor;
}
