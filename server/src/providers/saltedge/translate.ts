/**
 * Salt Edge's rows as the engine's. Pure, and wary: what arrives is checked field by field, and a row that cannot be
 * read becomes a problem instead of stopping the page it is on.
 */
import type { CurrencyCode } from "../../core/currencies.ts";
import { type LocalDate, parseLocalDate } from "../../core/dates.ts";
import { failed, ok, type Result } from "../../core/result.ts";
import {
  wireAmount,
  wireCurrency,
  wireId,
  wireList,
  wireMoment,
  wireObject,
  wireText,
} from "../../core/wire-values.ts";
import type {
  AccountKind,
  ProviderAccount,
  ProviderAccounts,
  ProviderInstitution,
  ProviderTransaction,
  RowProblem,
} from "../provider.ts";
import { categoryNameOf } from "./categories.ts";

/** What a page of transactions holds, problems beside it. */
export interface TranslatedRows {
  readonly transactions: readonly ProviderTransaction[];
  readonly problems: readonly RowProblem[];
}

/** Rows that the provider itself marks as doubles are left out. */
export function toTransactions(
  rows: readonly unknown[],
  accountExternalId: string,
): TranslatedRows {
  const transactions: ProviderTransaction[] = [];
  const problems: RowProblem[] = [];
  for (const row of rows) {
    if (wireObject(row).duplicated === true) continue;
    const read = toTransaction(row, accountExternalId);
    if (read.ok) transactions.push(read.value);
    else problems.push(read.problem);
  }
  return { transactions, problems };
}

/** A bank's line. The sign is ours already: money out is negative. */
export function toTransaction(
  given: unknown,
  accountExternalId: string,
): Result<ProviderTransaction, RowProblem> {
  const row = wireObject(given);
  const externalId = wireId(row.id);
  const refuse = (message: string) => failed({ externalId, message });
  if (externalId === null) return refuse("A transaction has no id.");
  const currency = wireCurrency(row.currency_code);
  if (currency === null) return refuse("A transaction is in a currency that is not supported.");
  const bookedOn = bookingDay(row);
  if (bookedOn === null) return refuse("A transaction has no readable date.");
  const amount = wireAmount(row.amount, currency);
  if (!amount.ok) return refuse(`A transaction's amount cannot be read: ${amount.problem}.`);
  const extra = wireObject(row.extra);
  return ok({
    externalId,
    accountExternalId,
    bookedOn,
    amountMinor: amount.value,
    currency,
    description: wireText(row.description) ?? "",
    counterpartyName: counterpartyOf(extra, amount.value),
    reference: wireText(extra.end_to_end_id) ?? wireText(extra.record_number),
    // A status that nobody knows yet is not taken for booked money.
    pending: row.status !== "posted",
    replacesExternalId: null,
    categoryName: categoryNameOf(row.category),
  });
}

/** The day on which the bank booked it, where it says so: `made_on` is when a card was used. */
export function bookingDay(row: Readonly<Record<string, unknown>>): LocalDate | null {
  return dayOf(wireObject(row.extra).posting_date) ?? dayOf(row.made_on);
}

export function toAccounts(rows: readonly unknown[]): ProviderAccounts {
  const accounts: ProviderAccount[] = [];
  const problems: RowProblem[] = [];
  for (const row of rows) {
    const account = toAccount(row);
    if (account.ok) accounts.push(account.value);
    else problems.push(account.problem);
  }
  return { accounts, problems };
}

export function toAccount(given: unknown): Result<ProviderAccount, RowProblem> {
  const row = wireObject(given);
  const extra = wireObject(row.extra);
  const externalId = wireId(row.id);
  const name = wireText(extra.account_name) ?? wireText(row.name) ?? "Account";
  if (externalId === null) return failed({ externalId, message: `${name} has no id.` });
  const currency = wireCurrency(row.currency_code);
  if (currency === null) {
    return failed({ externalId, message: `${name} is in a currency that is not supported.` });
  }
  const identifier = wireText(extra.iban) ?? wireText(extra.account_number);
  const [card] = wireList(extra.cards);
  return ok({
    externalId,
    persistentId: null,
    name,
    officialName: wireText(extra.product),
    kind: accountKind(row.nature),
    mask: maskOf(identifier ?? wireText(extra.card_number) ?? wireText(card)),
    identifier,
    currency,
    balanceCurrentMinor: balanceOf(row.balance, currency),
    balanceAvailableMinor: balanceOf(extra.available_amount, currency),
    balanceAsOf: wireMoment(row.updated_at),
  });
}

/** Null for what lacks a code: it could not be chosen. */
export function toInstitution(given: unknown): ProviderInstitution | null {
  const row = wireObject(given);
  const code = wireId(row.code);
  if (code === null) return null;
  const country = wireText(row.country_code);
  return {
    id: code,
    name: wireText(row.name) ?? code,
    colour: null,
    countries: country === null ? [] : [country.toUpperCase()],
  };
}

function dayOf(value: unknown): LocalDate | null {
  return typeof value === "string" ? parseLocalDate(value) : null;
}

/** A balance that cannot be read is no balance: the account is still there. */
function balanceOf(value: unknown, currency: CurrencyCode): bigint | null {
  const amount = wireAmount(value, currency);
  return amount.ok ? amount.value : null;
}

/** The other side: whoever paid, of money in, and whoever was paid, of money out. */
function counterpartyOf(
  extra: Readonly<Record<string, unknown>>,
  amountMinor: bigint,
): string | null {
  const [payer, payee] = [wireText(extra.payer), wireText(extra.payee)];
  return amountMinor > 0n ? (payer ?? payee) : (payee ?? payer);
}

function maskOf(number: string | null): string | null {
  const characters = number?.replace(/[^0-9a-z]/gi, "") ?? "";
  return characters.length < 4 ? null : characters.slice(-4);
}

function accountKind(nature: unknown): AccountKind {
  switch (nature) {
    case "account":
    case "checking":
    case "debit_card":
      return "current";
    case "savings":
    case "bonus":
      return "savings";
    case "credit_card":
      return "credit_card";
    case "credit":
    case "loan":
    case "mortgage":
      return "loan";
    default:
      return "other";
  }
}
