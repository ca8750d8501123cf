import type { StoryInstitution } from "../../../prisma/story/types.ts";
import { toDouble } from "../world/money.ts";
import type { World, WorldAccount } from "../world/world.ts";
import { type Attempt, type Connection, type Connections, consentMs } from "./connections.ts";
import { accountId } from "./ids.ts";
import type { Listed } from "./ledger.ts";

/** The world in the aggregator's words. The sign is the same: money out is negative. */

/** Unlike the banks behind it, a provider belongs to one country. */
export function providerCode({ key, countries }: StoryInstitution): string {
  return `${key}_${String(countries[0]).toLowerCase()}`;
}

export function toProvider(institution: StoryInstitution): Record<string, unknown> {
  return {
    id: institution.institutionId,
    code: providerCode(institution),
    name: institution.name,
    mode: "api",
    status: "active",
    country_code: institution.countries[0],
    timezone: "Europe/London",
    automatic_fetch: true,
    interactive: true,
    regulated: true,
    max_consent_days: 90,
    logo_url: null,
  };
}

export function toConnection(world: World, all: Connections, connection: Connection): object {
  const institution = world.institution(connection.institutionKey);
  const trouble = all.troubleOf(connection);
  return {
    id: connection.connectionId,
    customer_id: connection.customerId,
    provider_id: institution.institutionId,
    provider_code: providerCode(institution),
    provider_name: institution.name,
    country_code: institution.countries[0],
    status: trouble === null || trouble === "institution_down" ? "active" : "inactive",
    categorization: "business",
    created_at: instant(connection.createdAt),
    updated_at: instant(connection.lastSuccessAt ?? connection.createdAt),
    last_success_at: instant(connection.lastSuccessAt),
    next_refresh_possible_at: instant(connection.refreshPossibleAt),
    last_consent_id: connection.consent.consentId,
    last_attempt: toAttempt(connection.attempt, trouble === "consent_expired"),
  };
}

function toAttempt(attempt: Attempt, expired: boolean): object {
  const errorClass = attempt.errorClass ?? (expired ? "AispConsentExpired" : null);
  return {
    id: attempt.attemptId,
    api_mode: "service",
    api_version: "6",
    user_present: attempt.userPresent,
    created_at: instant(attempt.startedAt),
    success_at: expired ? null : instant(attempt.successAt),
    fail_at: instant(attempt.failAt),
    fail_error_class: errorClass,
    fail_message: errorClass === null ? null : `simulated: ${errorClass}`,
    fetch_scopes: ["accounts", "transactions"],
    stages: [{ name: attempt.stage, created_at: instant(attempt.startedAt) }],
  };
}

export function toConsent(all: Connections, connection: Connection): object {
  const { consentId, givenAt } = connection.consent;
  const trouble = all.troubleOf(connection);
  const ended =
    trouble === "consent_expired" ? "expired" : trouble === "revoked" ? "revoked" : null;
  return {
    id: consentId,
    connection_id: connection.connectionId,
    customer_id: connection.customerId,
    status: ended ?? "active",
    scopes: ["accounts", "transactions"],
    period_days: 90,
    from_date: connection.from,
    created_at: instant(givenAt),
    expires_at: instant(givenAt + consentMs),
    revoked_at: null,
  };
}

export function toAccount(connection: Connection, account: WorldAccount): object {
  const { currency } = account;
  const available = account.balanceMinor + account.pendingMinor + (account.creditLimitMinor ?? 0n);
  return {
    id: accountId(connection.connectionId, account.path),
    connection_id: connection.connectionId,
    name: account.name,
    nature: natures[account.kind],
    balance: toDouble(account.balanceMinor, currency),
    currency_code: currency,
    created_at: instant(connection.createdAt),
    updated_at: instant(connection.lastSuccessAt ?? connection.createdAt),
    extra: {
      account_name: account.name,
      product: account.officialName,
      available_amount: toDouble(available, currency),
      ...(account.iban === null ? {} : { iban: account.iban }),
      ...(account.creditLimitMinor === null
        ? {}
        : { credit_limit: toDouble(account.creditLimitMinor, currency) }),
      ...(account.kind === "credit_card" ? { cards: [`**** **** **** ${account.mask}`] } : {}),
      ...(account.iban === null && account.kind !== "credit_card"
        ? { account_number: `2200${account.mask}` }
        : {}),
    },
  };
}

const natures: Record<WorldAccount["kind"], string> = {
  current: "account",
  savings: "savings",
  credit_card: "credit_card",
};

export function toTransaction(world: World, connection: Connection, listed: Listed): object {
  const row = world.rows.get(listed.index);
  const counterparty = row.amountMinor > 0n ? "payer" : "payee";
  return {
    id: listed.id,
    account_id: accountId(connection.connectionId, row.path),
    duplicated: listed.duplicated,
    mode: "normal",
    status: row.pending ? "pending" : "posted",
    made_on: row.bookedOn,
    amount: toDouble(row.amountMinor, row.currency),
    currency_code: row.currency,
    description: row.description,
    category: categories[row.category] ?? "uncategorized",
    created_at: instant(connection.createdAt),
    updated_at: instant(connection.lastSuccessAt ?? connection.createdAt),
    extra: {
      ...(row.pending ? {} : { posting_date: row.bookedOn }),
      ...(row.reference === null ? {} : { end_to_end_id: row.reference }),
      ...(row.counterpartyName === null ? {} : { [counterparty]: row.counterpartyName }),
    },
  };
}

export function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

const categories: Record<string, string> = {
  sales: "sales",
  interest: "interest_income",
  transfers: "transfer",
  subcontractors: "staff_outsourcing",
  professional: "accounting_and_auditing",
  tax: "taxes",
  rent: "office_rent",
  utilities: "utilities",
  phone: "internet",
  insurance: "business_insurance",
  travel: "travel",
  meals: "meals",
  office: "office_supplies",
  equipment: "electronics",
  bank_fees: "fees",
  cash: "atm_withdrawal",
};
