import type { BankTransactionFilter } from "./documents.ts";

/** What an export can't narrow by, in words: the list on the screen may be shorter than the file. */
export function leftOut(filter: BankTransactionFilter): string[] {
  return [
    ...((filter.accountIds ?? []).length > 1 ? ["several accounts"] : []),
    ...(filter.categoryIds || filter.uncategorised ? ["category"] : []),
    ...(filter.importBatchId ? ["import"] : []),
    ...(filter.ruleId ? ["rule"] : []),
    ...(filter.runId ? ["run"] : []),
    ...(filter.transfer === undefined ? [] : ["transfers"]),
    ...(filter.direction ? ["direction"] : []),
    ...(filter.amountMin || filter.amountMax ? ["amount"] : []),
  ];
}

/** The one account that a file of an account is of; undefined where the list shows several. */
export function onlyAccount({ accountIds }: BankTransactionFilter): string | undefined {
  return accountIds?.length === 1 ? accountIds[0] : undefined;
}

/** Where the booked transactions of a filter can be fetched. */
export function exportAddress(format: "csv" | "ofx", filter: BankTransactionFilter): string {
  const statuses = (filter.statuses ?? []).filter((status) => status !== "REMOVED");
  const wanted = {
    account_id: onlyAccount(filter),
    from: filter.from,
    to: filter.to,
    status: statuses.map((status) => status.toLowerCase()).join(","),
    search: filter.search,
  };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value) search.set(name, value);
  const text = search.toString();
  return `/api/statements/v1/transactions.${format}${text ? `?${text}` : ""}`;
}
