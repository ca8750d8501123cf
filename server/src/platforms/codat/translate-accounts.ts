/** Accounts of the books and source accounts, between Codat's words and the contract's. */
import { wireCurrency, wireId, wireObject, wireText } from "../../core/wire-values.ts";
import type { FeedRequest, TargetAccount } from "../platform.ts";
import { codatAmount, toCodatAmount } from "./values.ts";

/** Null for one that nothing can be fed into: archived, deleted, or in no known currency. */
export function readTarget(row: unknown): TargetAccount | null {
  const fields = wireObject(row);
  const externalId = wireId(fields.id);
  const currency = wireCurrency(fields.currency);
  const gone = wireObject(fields.metadata).isDeleted === true;
  if (externalId === null || currency === null || gone || fields.status === "Archived") return null;
  const number = wireText(fields.accountNumber) ?? wireText(fields.nominalCode);
  return {
    externalId,
    name: wireText(fields.accountName) ?? number ?? "Unnamed account",
    number,
    currency,
    kind: fields.accountType === "Credit" ? "credit" : "debit",
    balanceMinor: codatAmount(fields.balance, currency),
  };
}

/** Of a source account whose number is not known. */
export const noNumber = "0000";

/** A source account of Codat's current model (clients that were enabled after 1 August 2024). */
export function toSourceAccount(request: FeedRequest): Readonly<Record<string, unknown>> {
  const { target, currency } = request;
  return {
    id: request.externalId,
    // A new account of the books takes the source account's name.
    accountName: target?.kind === "new" ? target.name : request.accountName,
    accountType: accountTypes[request.accountKind],
    // Whole numbers are not kept here: its last digits are enough for a person to know it by.
    accountNumber: request.mask ?? noNumber,
    currency,
    balance: toCodatAmount(request.balanceMinor, currency),
    // Codat asks for one with every account in pounds; it is not known here.
    ...(currency === "GBP" && { sortCode: "000000" }),
  };
}

const accountTypes: Readonly<Record<FeedRequest["accountKind"], string>> = {
  current: "checking",
  savings: "savings",
  credit_card: "creditCard",
  loan: "loan",
  other: "checking",
};
