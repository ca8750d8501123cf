import { unreachable } from "./assert.ts";
import { type CurrencyCode, parseCurrencyCode } from "./currencies.ts";
import { failed, ok, type Result } from "./result.ts";

export const ledgerAccountKinds = [
  "cash",
  "liability",
  "receivable",
  "payable",
  "income",
  "expense",
  "equity",
  "other",
] as const;

export type LedgerAccountKind = (typeof ledgerAccountKinds)[number];

export type FinancialAccountKind = "current" | "savings" | "credit_card" | "loan" | "other";

/** An account of the chart of accounts, checked and tidied. */
export interface LedgerAccountValues {
  readonly number: string;
  readonly name: string;
  readonly kind: LedgerAccountKind;
  /** Null where it holds any currency. */
  readonly currency: CurrencyCode | null;
}

export interface LedgerAccountInput {
  readonly number: string;
  readonly name: string;
  readonly kind: LedgerAccountKind;
  readonly currency?: string | null;
}

export interface LedgerAccountProblem {
  readonly field: "number" | "name" | "kind" | "currency";
  readonly message: string;
}

const charactersMax = { number: 20, name: 200 } as const;

/** Checks one ledger account. Answers the first thing wrong with it, never throws. */
export function checkLedgerAccount(
  input: LedgerAccountInput,
): Result<LedgerAccountValues, LedgerAccountProblem> {
  const number = input.number.trim();
  const name = input.name.trim();
  const problem = textProblem("number", number) ?? textProblem("name", name);
  if (problem) return failed(problem);
  const given = input.currency?.trim() ?? "";
  const currency = given === "" ? null : parseCurrencyCode(given);
  if (given !== "" && currency === null) {
    return failed({ field: "currency", message: "There is no such currency." });
  }
  return ok({ number, name, kind: input.kind, currency });
}

function textProblem(field: "number" | "name", text: string): LedgerAccountProblem | null {
  const max = charactersMax[field];
  if (text === "") return { field, message: `The ${field} is missing.` };
  if (text.length > max) return { field, message: `A ${field} has at most ${max} characters.` };
  // Neither can a chart hold a line break, nor PostgreSQL's text a NUL.
  return /\p{Cc}/u.test(text)
    ? { field, message: `The ${field} holds a character that is no text.` }
    : null;
}

/**
 * Why a financial account cannot be booked on a ledger account; null where it can. Money in the bank is cash, a card or
 * a loan a liability; an account of another kind may be either.
 */
export function mappingProblem(
  account: { readonly kind: FinancialAccountKind; readonly currency: string },
  ledger: { readonly kind: LedgerAccountKind; readonly currency: string | null },
): string | null {
  const fitting = fittingKinds(account.kind);
  if (!fitting.includes(ledger.kind)) {
    return `This account is booked on a ${fitting.join(" or a ")} account, not on ${ledger.kind}.`;
  }
  return ledger.currency === null || ledger.currency === account.currency
    ? null
    : `The ledger account is kept in ${ledger.currency}, this account in ${account.currency}.`;
}

/** The kinds of ledger account that a kind of financial account can be booked on. */
export function fittingKinds(kind: FinancialAccountKind): readonly LedgerAccountKind[] {
  switch (kind) {
    case "current":
    case "savings":
      return ["cash"];
    case "credit_card":
    case "loan":
      return ["liability"];
    case "other":
      return ["cash", "liability"];
    default:
      return unreachable(kind);
  }
}
