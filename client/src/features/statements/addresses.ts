import { href } from "../../routes.ts";
import type { ImportSummary } from "./documents.ts";

/** The list of the transactions that an import added. */
export function linesAddress({ id }: Pick<ImportSummary, "id">): string {
  return `${href("/finance/banking/transactions")}?import=${id}`;
}

/** The queue of the accounts that an import has lines of. */
export function reconcileAddress({ accounts }: Pick<ImportSummary, "accounts">): string {
  const search = new URLSearchParams(accounts.map(({ id }) => ["account", id]));
  return `${href("/finance/banking/reconciliation")}?${search}`;
}
