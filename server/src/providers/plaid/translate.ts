/**
 * Plaid's rows as the engine's. Pure, and wary: what arrives is checked field by field, and a row that cannot be read
 * becomes a problem instead of stopping the page it is on.
 */
import type { AccountBase, Institution, RemovedTransaction, Transaction } from "plaid";
import type { CurrencyCode } from "../../core/currencies.ts";
import { parseLocalDate } from "../../core/dates.ts";
import { failed, ok, type Result } from "../../core/result.ts";
import { wireAmount, wireCurrency, wireId, wireMoment, wireText } from "../../core/wire-values.ts";
import type {
  AccountKind,
  ProviderAccount,
  ProviderAccounts,
  ProviderInstitution,
  ProviderTransaction,
  RowProblem,
} from "../provider.ts";
import { categoryNameOf } from "./categories.ts";

/** A bank's line. Plaid writes money out as positive; here the sign turns. */
export function toTransaction(row: Transaction): Result<ProviderTransaction, RowProblem> {
  const externalId = wireId(row.transaction_id);
  const refuse = (message: string) => failed({ externalId, message });
  const accountExternalId = wireId(row.account_id);
  if (externalId === null || accountExternalId === null) return refuse("A transaction has no id.");
  const currency = currencyOf(row);
  if (currency === null) return refuse(`A transaction is in a currency that is not supported.`);
  const bookedOn = typeof row.date === "string" ? parseLocalDate(row.date) : null;
  if (bookedOn === null) return refuse("A transaction has no readable date.");
  const amount = wireAmount(row.amount, currency);
  if (!amount.ok) return refuse(`A transaction's amount cannot be read: ${amount.problem}.`);
  const category = row.personal_finance_category;
  return ok({
    externalId,
    accountExternalId,
    bookedOn,
    amountMinor: -amount.value,
    currency,
    description: wireText(row.original_description) ?? wireText(row.name) ?? "",
    counterpartyName: counterpartyOf(row),
    reference: wireText(row.payment_meta?.reference_number) ?? wireText(row.payment_meta?.reason),
    pending: row.pending === true,
    replacesExternalId: wireId(row.pending_transaction_id),
    categoryName: category ? categoryNameOf(category.primary, category.detailed) : null,
  });
}

export function toRemoved(row: RemovedTransaction): {
  externalId: string;
  accountExternalId: string | null;
} | null {
  const externalId = wireId(row.transaction_id);
  return externalId === null ? null : { externalId, accountExternalId: wireId(row.account_id) };
}

export function toAccounts(rows: readonly AccountBase[]): ProviderAccounts {
  const accounts: ProviderAccount[] = [];
  const problems: RowProblem[] = [];
  for (const row of rows) {
    const account = toAccount(row);
    if (account.ok) accounts.push(account.value);
    else problems.push(account.problem);
  }
  return { accounts, problems };
}

export function toAccount(row: AccountBase): Result<ProviderAccount, RowProblem> {
  const externalId = wireId(row.account_id);
  const name = wireText(row.name) ?? wireText(row.official_name) ?? "Account";
  if (externalId === null) return failed({ externalId, message: `${name} has no id.` });
  const balances = row.balances ?? {};
  const currency = currencyOf(balances);
  if (currency === null) {
    return failed({ externalId, message: `${name} is in a currency that is not supported.` });
  }
  const kind = accountKind(row);
  const current = balanceOf(balances.current, currency);
  const owes = kind === "credit_card" || kind === "loan";
  return ok({
    externalId,
    persistentId: wireId(row.persistent_account_id),
    name,
    officialName: wireText(row.official_name),
    kind,
    mask: wireText(row.mask),
    identifier: null,
    currency,
    // What is owed is positive at Plaid, and money that is not there is negative here.
    balanceCurrentMinor: owes && current !== null ? -current : current,
    balanceAvailableMinor: balanceOf(balances.available, currency),
    balanceAsOf: wireMoment(balances.last_updated_datetime),
  });
}

export function toInstitution(row: Institution): ProviderInstitution {
  const colour = typeof row.primary_color === "string" ? row.primary_color : "";
  return {
    id: row.institution_id,
    name: wireText(row.name) ?? row.institution_id,
    colour: /^#[0-9a-f]{6}$/i.test(colour) ? colour : null,
    countries: Array.isArray(row.country_codes) ? row.country_codes.map(String) : [],
  };
}

/** Exactly one of the two codes is set; an unofficial one names no currency of ISO 4217. */
function currencyOf(row: { iso_currency_code?: unknown }): CurrencyCode | null {
  return wireCurrency(row.iso_currency_code);
}

/** A balance that cannot be read is no balance: the account is still there. */
function balanceOf(value: unknown, currency: CurrencyCode): bigint | null {
  const amount = wireAmount(value, currency);
  return amount.ok ? amount.value : null;
}

function counterpartyOf(row: Transaction): string | null {
  const [first] = Array.isArray(row.counterparties) ? row.counterparties : [];
  const { payee, payer } = row.payment_meta ?? {};
  return wireText(first?.name) ?? wireText(row.merchant_name) ?? wireText(payer) ?? wireText(payee);
}

function accountKind(row: AccountBase): AccountKind {
  switch (String(row.type)) {
    case "depository":
      return ["savings", "money market", "cd"].includes(String(row.subtype))
        ? "savings"
        : "current";
    case "credit":
      return "credit_card";
    case "loan":
      return "loan";
    default:
      return "other";
  }
}
