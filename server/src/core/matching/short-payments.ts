import { compareIn, type MatchingContext } from "./context.ts";
import { looksLikeYear } from "./document-number.ts";
import { isNameAlike } from "./edges.ts";
import type { Option } from "./option.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";

/** With fewer figures a number is one that many documents have. */
const figuresMin = 3;
/** Shares are compared in thousandths of a percent, which are whole numbers. */
const shareSteps = 100_000;

/**
 * Lets go what is still missing from invoices, up to what the organisation's own profile says: each such part payment gets
 * the rest as a line of its own. Only where the payment names the invoice by its whole number and nothing else is taken for
 * it, and no other line may bring the rest: none names the number, and none of its client is of that very amount, pending
 * ones included. What has another reason (rounding, a discount, a fee) was read as that before.
 *
 * To be asked of what was decided, so that letting go makes no match that would not be made without it.
 * @param taken what was decided, and is gone from `open`; what is let go goes from it too
 * @param others every line of the same direction
 */
export function letGoShortPayments(
  taken: readonly Option[],
  others: () => readonly PreparedTransaction[],
  context: MatchingContext,
): readonly Option[] {
  const { shortPaymentMaxMinor, shortPaymentPercent } = context.profiles.invoice.residuals;
  if (shortPaymentMaxMinor === 0 || shortPaymentPercent === 0) return taken;
  const shortOnes = new Map<Option, PreparedItem>();
  for (const option of taken) {
    const item = namedInvoiceOf(option);
    const rest = context.open[item?.place ?? -1] ?? 0;
    if (item === null || rest === 0 || rest > shortPaymentMaxMinor) continue;
    const share = Math.round((shortPaymentPercent * shareSteps) / 100);
    if (rest * shareSteps > item.openMinor * share) continue;
    // Another payment has a part in it.
    if (rest !== item.openMinor - (option.uses[0]?.minor ?? 0)) continue;
    shortOnes.set(option, item);
  }
  if (shortOnes.size === 0) return taken;
  const awaited = awaitedItems([...shortOnes], others(), context);
  return taken.map((option) => {
    const item = shortOnes.get(option);
    return item === undefined || awaited.has(item) ? option : withRest(option, item, context.open);
  });
}

/** The invoice that one payment in its currency names by its whole number, and pays a part of. */
function namedInvoiceOf({ lines, pairs: [pair], transactions }: Option): PreparedItem | null {
  if (pair === undefined || lines.length !== 1 || transactions.length !== 1) return null;
  const { item, number, amount } = pair;
  const isNamed = number?.signal === "document_number_exact";
  return item.item.kind === "invoice" && isNamed && amount.rate === null ? item : null;
}

/** Items of which another line than their payment may bring the rest. */
function awaitedItems(
  shortOnes: readonly (readonly [Option, PreparedItem])[],
  others: readonly PreparedTransaction[],
  context: MatchingContext,
): ReadonlySet<PreparedItem> {
  const byKey = new Map<string, PreparedItem[]>();
  const byRest = new Map<number, PreparedItem[]>();
  const payerOf = new Map<PreparedItem, PreparedTransaction | undefined>();
  for (const [{ transactions }, item] of shortOnes) {
    payerOf.set(item, transactions[0]);
    for (const key of keysOf(item)) add(byKey, key, item);
    add(byRest, context.open[item.place] ?? 0, item);
  }
  const awaited = new Set<PreparedItem>();
  for (const other of others) {
    const named = other.spans.flatMap(({ compact }) => byKey.get(compact) ?? []);
    for (const item of named) {
      if (payerOf.get(item) !== other) awaited.add(item);
    }
    for (const item of byRest.get(other.openMinor) ?? []) {
      if (payerOf.get(item) === other || awaited.has(item)) continue;
      const pair = compareIn(context, other, item, context.clients.namedBy(other));
      if (pair !== null && isNameAlike(pair)) awaited.add(item);
    }
  }
  return awaited;
}

/** How texts may name an item: by its number, or by its figures alone. */
function keysOf({ number }: PreparedItem): readonly string[] {
  const figures = number.runs.filter(
    (run) => /^[0-9]+$/.test(run) && run.length >= figuresMin && !looksLikeYear(run),
  );
  return [number.compact, ...figures];
}

function add<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const own = map.get(key);
  if (own === undefined) map.set(key, [value]);
  else own.push(value);
}

/** The payment with what it lacks as a line of its own, which leaves the item with nothing open. */
function withRest(option: Option, item: PreparedItem, open: Float64Array): Option {
  const rest = open[item.place] ?? 0;
  const [payment] = option.lines;
  if (payment === undefined) return option;
  open[item.place] = 0;
  const letGo = {
    ...payment,
    kind: "short_payment",
    itemMinor: rest,
    transactionMinor: 0,
  } as const;
  return { ...option, lines: [payment, letGo], uses: [{ item, minor: item.openMinor }] };
}
