import type { AuditRecord } from "../audit/record.ts";
import { type LedgerAccount, ledgerAccountTitle } from "./ledger-account.ts";

type Told = Pick<LedgerAccount, "number" | "name" | "kind" | "currency">;

/** What the log keeps of a ledger account, as it was then. */
export function auditOfLedgerAccount(
  action: string,
  account: Told & Pick<LedgerAccount, "id">,
  before?: Told,
): AuditRecord {
  return {
    action,
    subjectKind: "ledger_account",
    subjectId: account.id,
    detail: {
      ledgerAccount: ledgerAccountTitle(account),
      kind: account.kind,
      currency: account.currency,
      ...(before && { before: wordsOf(before) }),
    },
  };
}

function wordsOf(account: Told): string {
  return `${ledgerAccountTitle(account)}, ${account.kind}, ${account.currency ?? "any currency"}`;
}
