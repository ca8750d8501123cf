import type { LedgerAccountKind } from "./documents.ts";

/** In the order of a balance sheet, then of the profit and loss. */
export const ledgerKinds: { kind: LedgerAccountKind; label: string; hint: string }[] = [
  { kind: "CASH", label: "Cash and bank", hint: "Bank accounts are mapped to these" },
  { kind: "RECEIVABLE", label: "Receivables", hint: "" },
  { kind: "LIABILITY", label: "Liabilities", hint: "Cards and loans are mapped to these" },
  { kind: "PAYABLE", label: "Payables", hint: "" },
  { kind: "EQUITY", label: "Equity", hint: "" },
  { kind: "INCOME", label: "Income", hint: "" },
  { kind: "EXPENSE", label: "Expenses", hint: "" },
  { kind: "OTHER", label: "Other", hint: "" },
];

/** A bank account is money held or owed: only these kinds take one. */
export function takesAccounts(kind: LedgerAccountKind): boolean {
  return kind === "CASH" || kind === "LIABILITY";
}
