import type { Books } from "./books.ts";
import type { Finding, NewAccount } from "./facts.ts";
import type { Verdict } from "./validate.ts";

/** Looks a new bank account through by what its package asks for. */
export function validateAccount(account: NewAccount, books: Books | undefined): Verdict {
  const errors: Finding[] = [];
  const say = (is: boolean, itemId: string, message: string) => {
    if (is) errors.push({ itemId, message, validatorName: "BankAccount" });
  };
  const { accountName, accountNumber, currency } = account;
  say(!accountName, "accountName", "A name is required.");
  say(!accountNumber, "accountNumber", "A number is required.");
  say(!currency, "currency", "A currency is required.");
  const known = books?.organisation.currencies.includes(currency ?? "");
  say(!known, "currency", "The currency is not enabled in the organisation.");
  const twin = books?.accounts.some(({ name }) => name === accountName);
  say(twin === true, "accountName", "An account of this name exists already.");
  if (books?.family !== "sage") return { errors, warnings: [] };
  say((accountName ?? "").length > 50, "accountName", "The name may have 50 characters at most.");
  const base = currency === books.organisation.baseCurrency;
  say(!base, "currency", "The currency must be the organisation's own.");
  return { errors, warnings: [] };
}
