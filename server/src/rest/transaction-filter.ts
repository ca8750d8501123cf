import { parseLocalDate } from "../core/dates.ts";
import { InvalidInput } from "../features/errors.ts";
import type { TransactionFilter } from "../features/transactions/transaction-filter.ts";

const statuses = ["unmatched", "part_matched", "matched", "excluded"] as const;

/** Of the query of a route that answers bank transactions as a file. */
export interface GivenFilter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly status?: string | undefined;
  readonly search?: string | undefined;
}

/** @throws InvalidInput */
export function filterOf({ from, to, status, search }: GivenFilter): ReadFilter {
  return {
    from: dayOf(from, "from"),
    to: dayOf(to, "to"),
    statuses: status === undefined ? null : status.split(",").map(statusOf),
    search: search ?? null,
  };
}

type ReadFilter = Pick<TransactionFilter, "from" | "to" | "statuses" | "search">;

function dayOf(text: string | undefined, field: string) {
  if (text === undefined) return null;
  const day = parseLocalDate(text);
  if (day === null) throw new InvalidInput("There is no such day.", field);
  return day;
}

function statusOf(word: string) {
  const status = statuses.find((known) => known === word);
  if (status === undefined) throw new InvalidInput(`There is no status ${word}.`, "status");
  return status;
}
