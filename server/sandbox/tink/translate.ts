import type { BankRow } from "../world/row.ts";
import type { WorldAccount } from "../world/world.ts";
import { accountId, transactionId } from "./ids.ts";
import { sessionEnds, statusOf, type TinkCredentials } from "./users.ts";

/** The world's rows in Tink's words. @param idIndex the row whose id it goes by */
export function toTransaction(one: TinkCredentials, row: BankRow, idIndex: number) {
  const out = row.amountMinor < 0n;
  const other = row.counterpartyName === null ? undefined : { name: row.counterpartyName };
  return {
    id: transactionId(one.credentialsId, idIndex),
    accountId: accountId(one.credentialsId, row.path),
    amount: toAmount(row.amountMinor, row.currency),
    dates: { booked: row.bookedOn, value: row.bookedOn },
    descriptions: { original: row.description, display: displayOf(row) },
    ...(other && { counterparties: out ? { payee: other } : { payer: other } }),
    identifiers: { providerTransactionId: `${row.path}#${idIndex}` },
    ...(row.reference !== null && { reference: row.reference }),
    status: row.pending ? "PENDING" : "BOOKED",
    providerMutability: row.pending ? "MUTABILITY_MUTABLE" : "MUTABILITY_IMMUTABLE",
    types: { type: row.channel === "card" ? "PAYMENT" : "DEFAULT" },
  };
}

/** Enriched text is nicer and says less. */
function displayOf(row: BankRow): string {
  return row.counterpartyName ?? row.description;
}

export function toAccount(one: TinkCredentials, account: WorldAccount, now: number) {
  const { currency, iban, mask } = account;
  const booked = account.balanceMinor;
  const available = booked + account.pendingMinor + (account.creditLimitMinor ?? 0n);
  const card = account.kind === "credit_card";
  return {
    id: accountId(one.credentialsId, account.path),
    name: account.name,
    type: card ? "CREDIT_CARD" : account.kind === "savings" ? "SAVINGS" : "CHECKING",
    balances: {
      booked: { amount: toAmount(booked, currency) },
      available: { amount: toAmount(available, currency) },
    },
    identifiers: {
      ...(iban !== null && { iban: { iban, bban: iban.slice(4) } }),
      ...(card
        ? { pan: { masked: `**** **** **** ${mask}` } }
        : { financialInstitution: { accountNumber: iban?.slice(-8) ?? `0000${mask}` } }),
    },
    dates: { lastRefreshed: new Date(one.fetchedAt ?? now).toISOString() },
    financialInstitutionId: one.institutionKey,
    customerSegment: "BUSINESS",
  };
}

/** Minor units as Tink's exact decimal: both parts are text. */
function toAmount(amountMinor: bigint, currencyCode: string) {
  const scale = currencyCode === "JPY" ? "0" : "2";
  return { currencyCode, value: { unscaledValue: String(amountMinor), scale } };
}

/** One entry of the consents; `state` replaces what is so. */
export function toConsent(
  one: TinkCredentials,
  now: number,
  state: ReturnType<typeof statusOf> = statusOf(one, now),
) {
  return {
    accountIds: one.paths.map((path) => accountId(one.credentialsId, path)),
    credentialsId: one.credentialsId,
    providerName: providerName(one.market, one.institutionKey),
    status: state.status,
    statusUpdated: one.statusAt,
    sessionExpiryDate: sessionEnds(one),
    sessionExtendable: false,
    ...(state.detailed !== undefined && { detailedError: state.detailed }),
  };
}

/** A bank has a name of its own in each market. */
export function providerName(market: string, institutionKey: string): string {
  return `${market.toLowerCase()}-${institutionKey}-ob`;
}
