import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { Problem } from "../errors.ts";

/** Others are mapped to that ledger account already: ask, and say that it is meant. */
export class LedgerAccountShared extends Problem {
  override readonly name = "LedgerAccountShared";
  readonly code = "LEDGER_ACCOUNT_SHARED";
  readonly otherAccounts: readonly FinancialAccount[];
  /** @param title the ledger account's number and name */
  constructor(title: string, otherAccounts: readonly FinancialAccount[]) {
    const accounts = otherAccounts.length === 1 ? "Another account is" : "Other accounts are";
    super(`${accounts} mapped to ${title} already.`);
    this.otherAccounts = otherAccounts;
  }
}
