import type {
  AccountBase,
  Institution,
  PersonalFinanceCategory,
  RemovedTransaction,
  Transaction,
  TransactionCounterparty,
  Item as WireItem,
} from "plaid";
import type { StoryInstitution } from "../../../prisma/story/types.ts";
import { toDouble } from "../world/money.ts";
import type { BankRow } from "../world/row.ts";
import type { World, WorldAccount } from "../world/world.ts";
import type { Item } from "./items.ts";
import { problemBody, troubleProblem } from "./problems.ts";
import type { Wire } from "./wire.ts";

/** The world's rows in the aggregator's words. Here the sign turns: on this wire money out is positive. */
export function toTransaction(item: Item, row: BankRow, withOriginal: boolean): Wire<Transaction> {
  const payer = row.amountMinor > 0n ? row.counterpartyName : null;
  const payee = row.amountMinor < 0n ? row.counterpartyName : null;
  return {
    account_id: item.accountId(row.path),
    transaction_id: item.transactionId(row.index),
    pending_transaction_id: row.replaces === null ? null : item.transactionId(row.replaces),
    pending: row.pending,
    amount: toDouble(-row.amountMinor, row.currency),
    iso_currency_code: row.currency,
    unofficial_currency_code: null,
    date: row.bookedOn,
    datetime: null,
    authorized_date: row.channel === "card" ? row.bookedOn : null,
    authorized_datetime: null,
    name: row.description,
    merchant_name: row.channel === "card" ? row.counterpartyName : null,
    ...(withOriginal ? { original_description: row.description } : {}),
    counterparties: counterparties(row),
    payment_meta: {
      reference_number: row.reference,
      ppd_id: null,
      payee,
      by_order_of: null,
      payer,
      payment_method: row.channel === "online" ? "ACH" : null,
      payment_processor: null,
      reason: null,
    },
    payment_channel: row.channel === "card" ? "in store" : row.channel,
    personal_finance_category: personalFinanceCategory(row),
    category: null,
    category_id: null,
    check_number: null,
    account_owner: null,
    transaction_code: null,
    transaction_type: row.channel === "card" ? "place" : "special",
    logo_url: null,
    website: null,
    merchant_entity_id: null,
    location: {
      address: null,
      city: null,
      region: null,
      postal_code: null,
      country: null,
      lat: null,
      lon: null,
      store_number: null,
    },
  };
}

export function toRemoved(item: Item, row: BankRow): RemovedTransaction {
  return {
    transaction_id: item.transactionId(row.index),
    account_id: item.accountId(row.path),
  };
}

export function toAccount(item: Item, account: WorldAccount): Wire<AccountBase> {
  const { currency } = account;
  const credit = account.kind === "credit_card";
  const booked = account.balanceMinor;
  const available = booked + account.pendingMinor + (account.creditLimitMinor ?? 0n);
  return {
    account_id: item.accountId(account.path),
    balances: {
      // What is owed on a card counts as positive here.
      current: toDouble(credit ? -booked : booked, currency),
      available: toDouble(available, currency),
      limit:
        account.creditLimitMinor === null ? null : toDouble(account.creditLimitMinor, currency),
      iso_currency_code: currency,
      unofficial_currency_code: null,
    },
    mask: account.mask,
    name: account.name,
    official_name: account.officialName,
    type: credit ? "credit" : "depository",
    subtype: credit ? "credit card" : account.kind === "savings" ? "savings" : "checking",
    holder_category: "business",
  };
}

export function accountsOf(world: World, item: Item): Wire<AccountBase>[] {
  return item.paths.map((path) => toAccount(item, world.account(path)));
}

export function toItem(world: World, item: Item, requestId: string): Wire<WireItem> {
  const institution = world.institution(item.institutionKey);
  return {
    item_id: item.itemId,
    institution_id: institution.institutionId,
    institution_name: institution.name,
    webhook: item.webhook,
    error:
      item.trouble === null || item.trouble === "institution_down"
        ? null
        : problemBody(troubleProblem(item.trouble), requestId),
    available_products: ["balance"],
    billed_products: ["transactions"],
    products: ["transactions"],
    consented_products: ["transactions"],
    consent_expiration_time: new Date(consentEnds(item)).toISOString(),
    update_type: "background",
  };
}

/** Consents run for 180 days, as European rules have it. */
export function consentEnds(item: Item): number {
  return item.consentedAt + 180 * 86_400_000;
}

export function toInstitution(institution: StoryInstitution): Wire<Institution> {
  return {
    institution_id: institution.institutionId,
    name: institution.name,
    products: ["transactions", "balance"],
    country_codes: institution.countries,
    url: null,
    primary_color: institution.colour,
    logo: null,
    routing_numbers: [],
    oauth: false,
  };
}

function counterparties(row: BankRow): Wire<TransactionCounterparty>[] {
  if (row.counterpartyName === null) return [];
  return [
    {
      name: row.counterpartyName,
      type: row.amountMinor > 0n ? "income_source" : "merchant",
      website: null,
      logo_url: null,
      confidence_level: "HIGH",
      entity_id: null,
    },
  ];
}

function personalFinanceCategory(row: BankRow): Wire<PersonalFinanceCategory> {
  const outgoing = row.amountMinor < 0n;
  const [primary, detail] = (
    row.category === "transfers"
      ? outgoing
        ? ["TRANSFER_OUT", "ACCOUNT_TRANSFER"]
        : ["TRANSFER_IN", "ACCOUNT_TRANSFER"]
      : (taxonomy[row.category] ?? ["GENERAL_SERVICES", "OTHER_GENERAL_SERVICES"])
  ) as [string, string];
  return {
    primary,
    detailed: `${primary}_${detail}`,
    confidence_level: row.category in taxonomy ? "HIGH" : "LOW",
  };
}

const taxonomy: Record<string, [primary: string, detail: string]> = {
  sales: ["INCOME", "OTHER_INCOME"],
  interest: ["INCOME", "INTEREST_EARNED"],
  refunds: ["TRANSFER_IN", "OTHER_TRANSFER_IN"],
  subcontractors: ["GENERAL_SERVICES", "CONSULTING_AND_LEGAL"],
  materials: ["GENERAL_MERCHANDISE", "OTHER_GENERAL_MERCHANDISE"],
  professional: ["GENERAL_SERVICES", "ACCOUNTING_AND_FINANCIAL_PLANNING"],
  payroll: ["TRANSFER_OUT", "OTHER_TRANSFER_OUT"],
  pensions: ["TRANSFER_OUT", "INVESTMENT_AND_RETIREMENT_FUNDS"],
  tax: ["GOVERNMENT_AND_NON_PROFIT", "TAX_PAYMENT"],
  rent: ["RENT_AND_UTILITIES", "RENT"],
  utilities: ["RENT_AND_UTILITIES", "GAS_AND_ELECTRICITY"],
  phone: ["RENT_AND_UTILITIES", "INTERNET_AND_CABLE"],
  software: ["GENERAL_SERVICES", "OTHER_GENERAL_SERVICES"],
  insurance: ["GENERAL_SERVICES", "INSURANCE"],
  travel: ["TRAVEL", "OTHER_TRAVEL"],
  meals: ["FOOD_AND_DRINK", "RESTAURANT"],
  office: ["GENERAL_MERCHANDISE", "OFFICE_SUPPLIES"],
  equipment: ["GENERAL_MERCHANDISE", "ELECTRONICS"],
  marketing: ["GENERAL_SERVICES", "OTHER_GENERAL_SERVICES"],
  bank_fees: ["BANK_FEES", "OTHER_BANK_FEES"],
  cash: ["TRANSFER_OUT", "WITHDRAWAL"],
};
