/**
 * Tink's rows as the engine's. Pure, and wary: what arrives is checked field by field, and a row that cannot be read
 * becomes a problem instead of stopping the page it is on. The sign is the engine's own already.
 */
import type { CurrencyCode } from "../../core/currencies.ts";
import { type LocalDate, parseLocalDate } from "../../core/dates.ts";
import { parseDecimal } from "../../core/money.ts";
import { failed, ok, type Result } from "../../core/result.ts";
import {
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
  ProviderInstitution,
  ProviderTransaction,
  RowProblem,
} from "../provider.ts";

export function toTransaction(value: unknown): Result<ProviderTransaction, RowProblem> {
  const row = wireObject(value);
  const externalId = wireId(row.id);
  const accountExternalId = wireId(row.accountId);
  const refuse = (message: string) => failed({ externalId, message });
  if (externalId === null || accountExternalId === null) return refuse("A transaction has no id.");
  const bookedOn = dayOf(row.dates);
  if (bookedOn === null) return refuse("A transaction has no readable date.");
  const money = toMoney(row.amount);
  if (!money.ok) return refuse(`A transaction's amount cannot be read: ${money.problem}.`);
  const { amountMinor, currency } = money.value;
  const { original, display, detailed } = wireObject(row.descriptions);
  const unstructured = wireText(wireObject(detailed).unstructured);
  return ok({
    externalId,
    accountExternalId,
    bookedOn,
    amountMinor,
    currency,
    description: wireText(original) ?? unstructured ?? wireText(display) ?? "",
    counterpartyName: counterpartyOf(row, amountMinor),
    reference: wireText(row.reference) ?? unstructured,
    // UNDEFINED, and whatever else there will be, counts as pending: what is pending is shown and settles nothing,
    // and it becomes booked under its own id once Tink says so. The other way round a line that may still vanish
    // could be reconciled.
    pending: row.status !== "BOOKED",
    // A booked row does not say which pending one it was.
    replacesExternalId: null,
    categoryName: null,
  });
}

/** Pending rows may lack the booked day, which is still to come. */
function dayOf(dates: unknown): LocalDate | null {
  const { booked, transaction, value } = wireObject(dates);
  for (const day of [booked, transaction, value]) {
    const parsed = typeof day === "string" ? parseLocalDate(day) : null;
    if (parsed !== null) return parsed;
  }
  return null;
}

function counterpartyOf(
  row: Readonly<Record<string, unknown>>,
  amountMinor: bigint,
): string | null {
  const { payer, payee } = wireObject(row.counterparties);
  const other = wireText(wireObject(amountMinor > 0n ? payer : payee).name);
  return other ?? wireText(wireObject(row.merchantInformation).merchantName);
}

export function toAccount(value: unknown): Result<ProviderAccount, RowProblem> {
  const row = wireObject(value);
  const externalId = wireId(row.id);
  const name = wireText(row.name) ?? "Account";
  if (externalId === null) return failed({ externalId, message: `${name} has no id.` });
  const { booked, available } = wireObject(row.balances);
  const [current, open] = [booked, available].map((balance) => wireObject(balance).amount);
  const currency = wireCurrency(wireObject(current ?? open).currencyCode);
  if (currency === null) {
    return failed({ externalId, message: `${name} is in a currency that is not supported.` });
  }
  const identifier = identifierOf(row.identifiers);
  return ok({
    externalId,
    persistentId: null,
    name,
    officialName: null,
    kind: kindOf(row.type),
    mask: maskOf(row.identifiers) ?? identifier?.slice(-4) ?? null,
    identifier,
    currency,
    balanceCurrentMinor: balanceOf(current, currency),
    balanceAvailableMinor: balanceOf(open, currency),
    balanceAsOf: wireMoment(wireObject(row.dates).lastRefreshed),
  });
}

/** IBAN first: it is the same whichever way the account is linked. */
function identifierOf(identifiers: unknown): string | null {
  const { iban, financialInstitution } = wireObject(identifiers);
  const { accountNumber } = wireObject(financialInstitution);
  const number = wireText(wireObject(iban).iban) ?? wireText(accountNumber);
  return number?.replace(/\s/g, "") || (wireText(wireObject(iban).bban) ?? null);
}

/** A card's masked number ends in what people know it by. */
function maskOf(identifiers: unknown): string | null {
  const masked = wireText(wireObject(wireObject(identifiers).pan).masked);
  return masked === null ? null : (/\d{2,4}$/.exec(masked)?.[0] ?? null);
}

function kindOf(type: unknown): AccountKind {
  switch (type) {
    case "CHECKING":
      return "current";
    case "SAVINGS":
      return "savings";
    case "CREDIT_CARD":
      return "credit_card";
    case "LOAN":
    case "MORTGAGE":
      return "loan";
    default:
      return "other";
  }
}

/** A balance that cannot be read, or is in another currency, is no balance: the account is still there. */
function balanceOf(amount: unknown, currency: CurrencyCode): bigint | null {
  const money = toMoney(amount);
  return money.ok && money.value.currency === currency ? money.value.amountMinor : null;
}

/** The bank as people choose it, by the name that Tink Link takes. Null for one that cannot be connected. */
export function toInstitution(value: unknown): ProviderInstitution | null {
  const row = wireObject(value);
  const id = wireId(row.name);
  const market = wireText(row.market)?.toUpperCase() ?? "";
  if (id === null || closed.has(String(row.status))) return null;
  return {
    id,
    name: wireText(row.displayName) ?? wireText(row.financialInstitutionName) ?? id,
    colour: null,
    countries: /^[A-Z]{2}$/.test(market) ? [market] : [],
  };
}

const closed: ReadonlySet<string> = new Set(["DISABLED", "OBSOLETE"]);

/**
 * `{currencyCode, value: {unscaledValue, scale}}`, where both are text: "-1234" at scale "2" is -12.34. Exact; digits
 * beyond the currency's exponent are a problem, not a rounding.
 */
export function toMoney(
  value: unknown,
): Result<{ amountMinor: bigint; currency: CurrencyCode }, string> {
  const { currencyCode, value: scaled } = wireObject(value);
  const currency = wireCurrency(currencyCode);
  if (currency === null) return failed("the currency is not supported");
  const decimal = decimalOf(scaled);
  if (decimal === null) return failed("it is no exact number");
  const parsed = parseDecimal(decimal, currency);
  return parsed.ok ? parsed : failed(`${decimal} ${currency} ${problems[parsed.problem.code]}`);
}

const problems = {
  not_a_number: "is no number",
  not_finite: "is not finite",
  too_many_digits: "has more decimals than the currency",
  out_of_range: "is too large",
} as const;

/** Longer ones are beyond any amount, and a scale of a billion would be a text of a billion noughts. */
const unscaledDigitsMax = 30;

function decimalOf(scaled: unknown): string | null {
  const { unscaledValue, scale } = wireObject(scaled);
  if (typeof unscaledValue !== "string" || typeof scale !== "string") return null;
  const number = /^(-?)(\d+)$/.exec(unscaledValue);
  if (number === null || !/^-?\d{1,2}$/.test(scale)) return null;
  const [, sign = "", digits = ""] = number;
  const places = Number(scale);
  if (digits.length > unscaledDigitsMax || Math.abs(places) > unscaledDigitsMax) return null;
  if (places <= 0) return `${sign}${digits}${"0".repeat(-places)}`;
  const padded = digits.padStart(places + 1, "0");
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** A page of a list and the token of the one after it; null: there is none. */
export function pageOf(
  answer: unknown,
  list: string,
): { rows: readonly unknown[]; next: string | null } {
  const { nextPageToken, [list]: rows } = wireObject(answer);
  const next = typeof nextPageToken === "string" && nextPageToken !== "" ? nextPageToken : null;
  return { rows: wireList(rows), next };
}
