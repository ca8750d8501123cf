import { smallerMinor } from "../money.ts";
import { failed, ok, type Result } from "../result.ts";
import { impliedRate } from "./implied-rate.ts";
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
} from "./manual-match-problems.ts";
import type { MatchableItem, MatchableTransaction, ProposedPayment } from "./types.ts";

export type ManualTransaction = Pick<
  MatchableTransaction,
  "id" | "amountMinor" | "openMinor" | "currency" | "blockId"
> & { readonly state: "live" | "excluded" | "removed" };

export type ManualItem = Pick<
  MatchableItem,
  "id" | "kind" | "openMinor" | "currency" | "blockId"
> & {
  readonly state: "open" | "paid" | "void";
};

export type ManualMatch = {
  readonly transactions: readonly ManualTransaction[];
  readonly items: readonly ManualItem[];
  readonly allocations: readonly ProposedPayment[];
};

/**
 * Checks a match that a person put together, with what was loaded under lock. Answers its lines, those of the same
 * pair and kind added up, or the first problem in the order of the allocations (selection, amount, state, block,
 * currency, direction, residuals, then sums).
 */
export function checkManualMatch(
  match: ManualMatch,
): Result<readonly ProposedPayment[], ManualMatchProblem> {
  if (match.allocations.length === 0) return failed(new NothingSelected("nothing is selected"));
  const transactions = new Map(match.transactions.map((one) => [one.id, one]));
  const items = new Map(match.items.map((one) => [one.id, one]));
  const lines = new Map<string, ProposedPayment>();
  for (const allocation of match.allocations) {
    const transaction = transactions.get(allocation.transactionId);
    if (transaction === undefined) return failed(new UnknownSelection(allocation.transactionId));
    const item = items.get(allocation.itemId);
    if (item === undefined) return failed(new UnknownSelection(allocation.itemId));
    const problem = problemOfLine(transaction, item, allocation);
    if (problem !== null) return failed(problem);
    const key = JSON.stringify([transaction.id, item.id, allocation.kind]);
    lines.set(key, withRate(transaction, item, added(lines.get(key), allocation)));
  }
  const all = [...lines.values()];
  const problem = problemOfResiduals(all, items) ?? problemOfSums(all, transactions, items);
  return problem === null ? ok(all) : failed(problem);
}

function added(before: ProposedPayment | undefined, line: ProposedPayment): ProposedPayment {
  if (before === undefined) return line;
  const amountMinor = before.amountMinor + line.amountMinor;
  return {
    ...line,
    amountMinor,
    transactionMinor: before.transactionMinor + line.transactionMinor,
  };
}

/** The rate follows from the two amounts that the person stated, as the bank did the exchange. */
function withRate(
  transaction: ManualTransaction,
  item: ManualItem,
  line: ProposedPayment,
): ProposedPayment {
  if (line.kind !== "payment" || transaction.currency === item.currency) {
    return { ...line, rate: null };
  }
  const taken = { amountMinor: line.transactionMinor, currency: transaction.currency };
  const put = { amountMinor: line.amountMinor, currency: item.currency };
  return { ...line, rate: impliedRate(taken, put) };
}

function problemOfLine(
  transaction: ManualTransaction,
  item: ManualItem,
  line: ProposedPayment,
): ManualMatchProblem | null {
  const { kind, amountMinor, transactionMinor } = line;
  const least = smallerMinor(amountMinor, transactionMinor);
  if (least < 0n || (kind === "payment" && least === 0n)) {
    return new AmountNotPositive(item.id, least);
  }
  if (transaction.state !== "live")
    return new TransactionNotLive(transaction.id, transaction.state);
  if (item.state === "void") return new ItemVoid(item.id);
  if (item.blockId !== null && item.blockId !== transaction.blockId) {
    return new OtherBlock(transaction.id, item.id);
  }
  const oneCurrency = transaction.currency === item.currency;
  if (kind === "payment" && oneCurrency && amountMinor !== transactionMinor) {
    return new CurrencyMismatch(transaction, item);
  }
  const moneyOut = transaction.amountMinor < 0n;
  if (moneyOut !== (item.kind === "expense")) return new DirectionMismatch(transaction.id, item.id);
  if (kind === "payment") return null;
  if (kind === "exchange_difference" && oneCurrency) {
    return new ResidualUnfit(item.id, "one_currency");
  }
  const leavesTransaction = kind === "rounding" || kind === "exchange_difference";
  const oneSide = (amountMinor === 0n) !== (transactionMinor === 0n);
  return oneSide && (leavesTransaction || transactionMinor === 0n)
    ? null
    : new ResidualUnfit(item.id, "side");
}

/**
 * A residual explains the difference beside a payment of the same pair, and is smaller than that payment: whatever is
 * larger is no fee and no rounding but a mistake.
 */
function problemOfResiduals(
  lines: readonly ProposedPayment[],
  items: ReadonlyMap<string, ManualItem>,
): ManualMatchProblem | null {
  for (const itemId of items.keys()) {
    const own = lines.filter((line) => line.itemId === itemId);
    const residuals = own.filter(({ kind }) => kind !== "payment");
    for (const residual of residuals) {
      const payment = own.find(
        ({ kind, transactionId }) => kind === "payment" && transactionId === residual.transactionId,
      );
      if (payment === undefined) return new ResidualUnfit(itemId, "alone");
      if (
        residual.amountMinor >= payment.amountMinor ||
        residual.transactionMinor >= payment.transactionMinor
      ) {
        return new ResidualUnfit(itemId, "too_large");
      }
    }
  }
  return null;
}

function problemOfSums(
  lines: readonly ProposedPayment[],
  transactions: ReadonlyMap<string, ManualTransaction>,
  items: ReadonlyMap<string, ManualItem>,
): ManualMatchProblem | null {
  for (const [id, allocated] of sumsBy(lines, "transactionId", "transactionMinor")) {
    const open = transactions.get(id)?.openMinor ?? 0n;
    if (allocated > open) return new ExceedsTransaction(id, open, allocated);
  }
  for (const [id, allocated] of sumsBy(lines, "itemId", "amountMinor")) {
    const open = items.get(id)?.openMinor ?? 0n;
    if (allocated > open) return new ExceedsItem(id, open, allocated);
  }
  return null;
}

function sumsBy(
  lines: readonly ProposedPayment[],
  key: "transactionId" | "itemId",
  side: "transactionMinor" | "amountMinor",
): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const line of lines) sums.set(line[key], (sums.get(line[key]) ?? 0n) + line[side]);
  return sums;
}
