import { absolute, compareDecimals, isNegative, parseAmount } from "../../lib/decimal.ts";
import type { BankTransactionFilter } from "./documents.ts";
import type { BankTransaction, TransactionStatus } from "./fragments.ts";
import { stateOf, statusLabels } from "./labels.ts";

/** Stands for "no category" among the categories of an address. */
export const uncategorised = "none";

/** The search parameters that narrow the list; others (an open line) don't count as filters. */
export const filterNames = [
  "from",
  "to",
  "account",
  "status",
  "category",
  "min",
  "max",
  "direction",
  "search",
  "import",
  "rule",
  "run",
  "transfer",
] as const;

/** The filter that an address stands for; what it can't mean is left out. */
export function filterFrom(search: URLSearchParams): BankTransactionFilter {
  const accountIds = search.getAll("account");
  const statuses = search
    .getAll("status")
    .filter((each): each is TransactionStatus => each in statusLabels);
  const categoryIds = search.getAll("category").filter((each) => each !== uncategorised);
  const text = search.get("search")?.trim().slice(0, 100);
  const direction = search.get("direction");
  const filter: BankTransactionFilter = {
    from: dayFrom(search.get("from")),
    to: dayFrom(search.get("to")),
    accountIds: accountIds.length > 0 ? accountIds : undefined,
    statuses: statuses.length > 0 ? statuses : undefined,
    categoryIds: categoryIds.length > 0 ? categoryIds : undefined,
    uncategorised: search.getAll("category").includes(uncategorised) ? true : undefined,
    amountMin: amountFrom(search.get("min")),
    amountMax: amountFrom(search.get("max")),
    direction: direction === "in" ? "IN" : direction === "out" ? "OUT" : undefined,
    search: text || undefined,
    importBatchId: search.get("import") || undefined,
    ruleId: search.get("rule") || undefined,
    runId: search.get("run") || undefined,
    transfer: { yes: true, no: false }[search.get("transfer") ?? ""],
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/**
 * Whether a line that came in live belongs into a list: the same question the server answers. `listed`
 * says that it was there before. Whose import added a line, and what decided it, isn't told with it: such a
 * line stays where it is listed and joins when the list is asked again.
 */
export function fits(
  line: BankTransaction,
  filter: BankTransactionFilter,
  listed: boolean,
): boolean {
  if ((filter.importBatchId || filter.ruleId || filter.runId) && !listed) return false;
  if (filter.transfer !== undefined && filter.transfer !== (stateOf(line) === "transfer")) {
    return false;
  }
  if (filter.matchOrigin && !line.matches.some(({ origin }) => origin === filter.matchOrigin)) {
    return false;
  }
  const size = absolute(line.amount.amount);
  const statuses = filter.statuses ?? [];
  if (statuses.length === 0 ? line.status === "REMOVED" : !statuses.includes(line.status)) {
    return false;
  }
  if (filter.from && line.bookedOn < filter.from) return false;
  if (filter.to && line.bookedOn > filter.to) return false;
  if (filter.accountIds && !filter.accountIds.includes(line.account.id)) return false;
  if (filter.categoryIds && !filter.categoryIds.includes(line.category?.id ?? "")) return false;
  if (filter.uncategorised && line.category) return false;
  if (filter.direction && (filter.direction === "OUT") !== isNegative(line.amount.amount)) {
    return false;
  }
  if (filter.amountMin && compareDecimals(size, filter.amountMin) < 0) return false;
  if (filter.amountMax && compareDecimals(size, filter.amountMax) > 0) return false;
  return !filter.search || mentions(line, filter.search.toLowerCase());
}

/** The order of the server's list: the newest day first, then the newest id. */
export function newestFirst(left: BankTransaction, right: BankTransaction): number {
  if (left.bookedOn !== right.bookedOn) return left.bookedOn < right.bookedOn ? 1 : -1;
  return left.id < right.id ? 1 : left.id > right.id ? -1 : 0;
}

function mentions(line: BankTransaction, text: string): boolean {
  return [line.description, line.reference, line.counterpartyName].some((field) =>
    field?.toLowerCase().includes(text),
  );
}

function dayFrom(text: string | null): string | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = new Date(`${text}T00:00:00Z`);
  // "2026-02-31" would roll over into March.
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? undefined : text;
}

function amountFrom(text: string | null): string | undefined {
  const amount = text === null ? undefined : parseAmount(text);
  return amount === undefined ? undefined : absolute(amount);
}
