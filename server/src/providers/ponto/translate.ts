/**
 * Ponto's resources as the engine's. Pure, and wary: what arrives is checked field by field, and a row that cannot be
 * read becomes a problem instead of stopping the page it is on. Money in is positive at Ponto too.
 */
import { type LocalDate, parseLocalDate } from "../../core/dates.ts";
import { failed, ok, type Result } from "../../core/result.ts";
import {
  wireAmount,
  wireCurrency,
  wireMoment,
  wireObject,
  wireText,
} from "../../core/wire-values.ts";
import type {
  AccountKind,
  ProviderAccount,
  ProviderAccounts,
  ProviderConnection,
  ProviderFailureReason,
  ProviderInstitution,
  ProviderTransaction,
  RowProblem,
} from "../provider.ts";
import { synchronizationFailure } from "./failures.ts";
import { type Resource, toResource } from "./json-api.ts";

/** A booked row, or (with `pending`) one of the separate list of rows that are not booked yet. */
export function toTransaction(
  row: Resource,
  of: { accountExternalId: string; pending: boolean },
): Result<ProviderTransaction, RowProblem> {
  const externalId = row.id;
  const refuse = (message: string) => failed({ externalId, message });
  if (externalId === null) return refuse("A transaction has no id.");
  const given = row.attributes;
  const currency = wireCurrency(given.currency);
  if (currency === null) return refuse("A transaction is in a currency that is not supported.");
  const bookedOn = dayOf(given.executionDate) ?? dayOf(given.valueDate);
  if (bookedOn === null) return refuse("A transaction has no readable date.");
  const amount = wireAmount(given.amount, currency);
  if (!amount.ok) return refuse(`A transaction's amount cannot be read: ${amount.problem}.`);
  return ok({
    externalId,
    accountExternalId: of.accountExternalId,
    bookedOn,
    amountMinor: amount.value,
    currency,
    description: descriptionOf(given),
    counterpartyName: wireText(given.counterpartName),
    reference: referenceOf(given),
    pending: of.pending,
    // Pending rows are a list of their own, without a link to the booked ones.
    replacesExternalId: null,
    categoryName: null,
  });
}

/** The bank's words for the kind of payment, then what the payer wrote, where that is more than a number. */
function descriptionOf(given: Resource["attributes"]): string {
  const description = wireText(given.description);
  const remittance = isStructured(given) ? null : wireText(given.remittanceInformation);
  if (description === null || remittance === null) return description ?? remittance ?? "";
  return description.includes(remittance) ? description : `${description} ${remittance}`;
}

/** The number that the payer gave; banks write "NOTPROVIDED" where there is none (ISO 20022). */
function referenceOf(given: Resource["attributes"]): string | null {
  const remittance = isStructured(given) ? wireText(given.remittanceInformation) : null;
  const endToEnd = wireText(given.endToEndId);
  return remittance ?? (endToEnd?.toUpperCase() === "NOTPROVIDED" ? null : endToEnd);
}

function isStructured(given: Resource["attributes"]): boolean {
  return given.remittanceInformationType === "structured";
}

/**
 * The calendar day of "2026-11-21" or of "2026-11-21T00:00:00.000Z". A bank's days come as midnight in UTC, so that
 * the text's own day is the day that is meant.
 */
export function dayOf(value: unknown): LocalDate | null {
  return typeof value === "string" ? parseLocalDate(value.slice(0, 10)) : null;
}

export function toAccounts(rows: readonly Resource[]): ProviderAccounts {
  const accounts: ProviderAccount[] = [];
  const problems: RowProblem[] = [];
  for (const row of rows) {
    const account = toAccount(row);
    if (account.ok) accounts.push(account.value);
    else problems.push(account.problem);
  }
  return { accounts, problems };
}

export function toAccount(row: Resource): Result<ProviderAccount, RowProblem> {
  const given = row.attributes;
  const name = wireText(given.description) ?? wireText(given.product) ?? "Account";
  if (row.id === null) return failed({ externalId: null, message: `${name} has no id.` });
  const currency = wireCurrency(given.currency);
  if (currency === null) {
    const message = `${name} is in a currency that is not supported.`;
    return failed({ externalId: row.id, message });
  }
  const identifier = wireText(given.reference)?.replaceAll(" ", "") ?? null;
  const balance = (value: unknown) => {
    const amount = wireAmount(value, currency);
    return amount.ok ? amount.value : null;
  };
  return ok({
    externalId: row.id,
    persistentId: null,
    name,
    officialName: wireText(given.product),
    kind: kindOf(given.subtype),
    mask: identifier?.slice(-4) ?? null,
    identifier,
    currency,
    // A balance that cannot be read is no balance: the account is still there.
    balanceCurrentMinor: balance(given.currentBalance),
    balanceAvailableMinor: balance(given.availableBalance),
    balanceAsOf: wireMoment(row.meta.synchronizedAt),
  });
}

/** Ponto's subtypes are open: what is not known here is an account of another kind. */
function kindOf(subtype: unknown): AccountKind {
  switch (subtype) {
    case "checking":
    case undefined:
    case null:
      return "current";
    case "savings":
      return "savings";
    case "card":
    case "creditCard":
      return "credit_card";
    case "loan":
      return "loan";
    default:
      return "other";
  }
}

export function toInstitution(row: Resource): ProviderInstitution | null {
  if (row.id === null) return null;
  const colour = wireText(row.attributes.primaryColor) ?? "";
  const country = wireText(row.attributes.country);
  return {
    id: row.id,
    name: wireText(row.attributes.name) ?? row.id,
    colour: /^#[0-9a-f]{6}$/i.test(colour) ? colour : null,
    countries: country !== null && /^[A-Z]{2}$/.test(country) ? [country] : [],
  };
}

/** How an integration stands, from what its accounts say of themselves. */
export function toConnection(
  organizationId: string,
  accounts: readonly Resource[],
  now: Date,
): ProviderConnection {
  const living = accounts.filter((account) => account.attributes.deprecated !== true);
  const ends = living.flatMap((account) => consentEnd(account) ?? []);
  const synced = living.flatMap((account) => wireMoment(account.meta.synchronizedAt) ?? []);
  return {
    externalId: organizationId,
    institutionId: living.map((each) => each.related("financialInstitution")).find(Boolean) ?? null,
    consentExpiresAt: earliest(ends),
    // What all of them are as fresh as.
    successfullyAggregatedAt: synced.length === living.length ? earliest(synced) : null,
    failure: failureOf(living, now),
  };
}

export function consentEnd(account: Resource): Date | null {
  return wireMoment(account.attributes.authorizationExpirationExpectedAt);
}

/** What a person can put right comes first: it does not pass by itself. */
function failureOf(accounts: readonly Resource[], now: Date): ProviderFailureReason | null {
  if (accounts.length === 0) return sharesNothing;
  const reasons = accounts.flatMap((account) => accountFailure(account, now) ?? []);
  return reasons.find(({ kind }) => kind === "user_action_needed") ?? reasons[0] ?? null;
}

/** Why an account cannot be read any more, where it says so. */
export function accountFailure(account: Resource, now: Date): ProviderFailureReason | null {
  const end = consentEnd(account);
  if (end !== null && end <= now) {
    const message = "The consent at the bank has run out.";
    return { kind: "user_action_needed", message, detail: "authorization expired" };
  }
  const { status, errors } = latestSynchronization(account.meta).attributes;
  return status === "error" ? synchronizationFailure(errors) : null;
}

const sharesNothing: ProviderFailureReason = {
  kind: "user_action_needed",
  message: "The bank shares no account.",
  detail: "no account",
};

/** As it stands in the `meta` of an account and of a list of its rows. */
export function latestSynchronization(meta: Resource["meta"]): Resource {
  return toResource(wireObject(meta.latestSynchronization));
}

function earliest(moments: readonly Date[]): Date | null {
  return moments.length === 0 ? null : new Date(Math.min(...moments.map(Number)));
}
