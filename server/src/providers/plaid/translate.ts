/**
 * Plaid's rows as the engine's. Pure, and wary: what arrives is checked field by field, and a row that cannot be read
 * becomes a problem instead of stopping the page it is on.
 */
import type { AccountBase, Institution, RemovedTransaction, Transaction } from "plaid";
import { type CurrencyCode, parseCurrencyCode } from "../../core/currencies.ts";
import { parseLocalDate } from "../../core/dates.ts";
import { fromJsonNumber, type MoneyProblem } from "../../core/money.ts";
import { failed, ok, type Result } from "../../core/result.ts";
import type {
  AccountKind,
  ProviderAccount,
  ProviderAccounts,
  ProviderInstitution,
  ProviderTransaction,
  RowProblem,
} from "../provider.ts";
import { categoryNameOf } from "./categories.ts";

const textCharactersMax = 500;
const idCharactersMax = 200;

/** A bank's line. Plaid writes money out as positive; here the sign turns. */
export function toTransaction(row: Transaction): Result<ProviderTransaction, RowProblem> {
  const externalId = id(row.transaction_id);
  const refuse = (message: string) => failed({ externalId, message });
  const accountExternalId = id(row.account_id);
  if (externalId === null || accountExternalId === null) return refuse("A transaction has no id.");
  const currency = currencyOf(row);
  if (currency === null) return refuse(`A transaction is in a currency that is not supported.`);
  const bookedOn = typeof row.date === "string" ? parseLocalDate(row.date) : null;
  if (bookedOn === null) return refuse("A transaction has no readable date.");
  const amount = amountOf(row.amount, currency);
  if (!amount.ok) return refuse(`A transaction's amount cannot be read: ${amount.problem}.`);
  const category = row.personal_finance_category;
  return ok({
    externalId,
    accountExternalId,
    bookedOn,
    amountMinor: -amount.value,
    currency,
    description: text(row.original_description) ?? text(row.name) ?? "",
    counterpartyName: counterpartyOf(row),
    reference: text(row.payment_meta?.reference_number) ?? text(row.payment_meta?.reason),
    pending: row.pending === true,
    replacesExternalId: id(row.pending_transaction_id),
    categoryName: category ? categoryNameOf(category.primary, category.detailed) : null,
  });
}

export function toRemoved(row: RemovedTransaction): {
  externalId: string;
  accountExternalId: string | null;
} | null {
  const externalId = id(row.transaction_id);
  return externalId === null ? null : { externalId, accountExternalId: id(row.account_id) };
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
  const externalId = id(row.account_id);
  const name = text(row.name) ?? text(row.official_name) ?? "Account";
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
    persistentId: id(row.persistent_account_id),
    name,
    officialName: text(row.official_name),
    kind,
    mask: text(row.mask),
    identifier: null,
    currency,
    // What is owed is positive at Plaid, and money that is not there is negative here.
    balanceCurrentMinor: owes && current !== null ? -current : current,
    balanceAvailableMinor: balanceOf(balances.available, currency),
    balanceAsOf: moment(balances.last_updated_datetime),
  });
}

export function toInstitution(row: Institution): ProviderInstitution {
  const colour = typeof row.primary_color === "string" ? row.primary_color : "";
  return {
    id: row.institution_id,
    name: text(row.name) ?? row.institution_id,
    colour: /^#[0-9a-f]{6}$/i.test(colour) ? colour : null,
    countries: Array.isArray(row.country_codes) ? row.country_codes.map(String) : [],
  };
}

/** A moment such as "2026-11-21T09:30:00Z", or null. */
export function moment(value: unknown): Date | null {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time);
}

/** PostgreSQL keeps neither NUL nor half of a surrogate pair. */
function text(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const clean = value.slice(0, textCharactersMax).replace(unstorable, " ").trim();
  return clean === "" ? null : clean;
}

const unstorable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for.
  /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function id(value: unknown): string | null {
  const usable = typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
  return usable && value.length <= idCharactersMax ? value : null;
}

/** Exactly one of the two codes is set; an unofficial one names no currency of ISO 4217. */
function currencyOf(row: { iso_currency_code?: unknown }): CurrencyCode | null {
  return typeof row.iso_currency_code === "string"
    ? parseCurrencyCode(row.iso_currency_code)
    : null;
}

function amountOf(value: unknown, currency: CurrencyCode): Result<bigint, string> {
  if (typeof value !== "number") return failed("it is no number");
  const parsed = fromJsonNumber(value, currency);
  if (parsed.ok) return ok(parsed.value.amountMinor);
  return failed(`${parsed.problem.text} ${currency} ${moneyProblems[parsed.problem.code]}`);
}

const moneyProblems: Readonly<Record<MoneyProblem["code"], string>> = {
  not_a_number: "is no number",
  not_finite: "is not finite",
  too_many_digits: "has more decimals than the currency",
  out_of_range: "is too large",
};

/** A balance that cannot be read is no balance: the account is still there. */
function balanceOf(value: unknown, currency: CurrencyCode): bigint | null {
  const amount = amountOf(value, currency);
  return amount.ok ? amount.value : null;
}

function counterpartyOf(row: Transaction): string | null {
  const [first] = Array.isArray(row.counterparties) ? row.counterparties : [];
  const { payee, payer } = row.payment_meta ?? {};
  return text(first?.name) ?? text(row.merchant_name) ?? text(payer) ?? text(payee);
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
