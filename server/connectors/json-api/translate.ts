import {
  type AccountKind,
  isCurrencyCode,
  type ProviderAccount,
  type ProviderAccounts,
  type ProviderTransaction,
  parseDecimal,
  parseLocalDate,
  type RowProblem,
} from "@tieout/connector-kit";

export type Change =
  | { readonly kind: "put"; readonly row: ProviderTransaction }
  | {
      readonly kind: "deleted";
      readonly removed: { externalId: string; accountExternalId: string | null };
    }
  | { readonly kind: "unreadable"; readonly problem: RowProblem };

/** One numbered change of the bank's list. Amounts are decimal texts, money in positive. */
export function toChange(given: unknown): Change {
  const change = asObject(given);
  const entry = asObject(change.entry);
  const externalId = text(entry.id);
  if (externalId === null) return unreadable(null, "An entry has no id.");
  const accountExternalId = text(entry.account);
  if (change.op === "delete")
    return { kind: "deleted", removed: { externalId, accountExternalId } };
  if (accountExternalId === null) return unreadable(externalId, "An entry names no account.");
  const currency = text(entry.currency) ?? "";
  if (!isCurrencyCode(currency)) return unreadable(externalId, `"${currency}" is no currency.`);
  const amount = parseDecimal(text(entry.amount) ?? "", currency);
  if (!amount.ok) return unreadable(externalId, "The amount cannot be read exactly.");
  const bookedOn = parseLocalDate(text(entry.date) ?? "");
  if (bookedOn === null) return unreadable(externalId, "The date cannot be read.");
  return {
    kind: "put",
    row: {
      externalId,
      accountExternalId,
      bookedOn,
      amountMinor: amount.value.amountMinor,
      currency,
      description: text(entry.description) ?? "",
      counterpartyName: text(entry.counterparty),
      reference: text(entry.reference),
      pending: entry.pending === true,
      replacesExternalId: text(entry.replaces),
      categoryName: null,
    },
  };
}

export function toAccounts(given: readonly unknown[]): ProviderAccounts {
  const accounts: ProviderAccount[] = [];
  const problems: RowProblem[] = [];
  for (const each of given) {
    const account = toAccount(asObject(each));
    if ("message" in account) problems.push(account);
    else accounts.push(account);
  }
  return { accounts, problems };
}

function toAccount(row: Record<string, unknown>): ProviderAccount | RowProblem {
  const externalId = text(row.id);
  const currency = text(row.currency) ?? "";
  if (externalId === null) return { externalId, message: "An account has no id." };
  if (!isCurrencyCode(currency)) return { externalId, message: `"${currency}" is no currency.` };
  const balance = asObject(row.balance);
  const minor = (value: unknown) => {
    const parsed = parseDecimal(text(value) ?? "", currency);
    return parsed.ok ? parsed.value.amountMinor : null;
  };
  const number = text(row.number);
  return {
    externalId,
    persistentId: null,
    name: text(row.name) ?? "Account",
    officialName: null,
    kind: kinds[text(row.type) ?? ""] ?? "other",
    mask: number?.slice(-4) ?? null,
    identifier: number,
    currency,
    balanceCurrentMinor: minor(balance.booked),
    balanceAvailableMinor: minor(balance.available),
    balanceAsOf: moment(balance.at),
  };
}

const kinds: Record<string, AccountKind> = {
  current: "current",
  savings: "savings",
  credit_card: "credit_card",
  loan: "loan",
};

function unreadable(externalId: string | null, message: string): Change {
  return { kind: "unreadable", problem: { externalId, message } };
}

export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that is one, and not longer than any of this bank's may be. */
export function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" && value.length <= 2_000 ? value : null;
}

export function moment(value: unknown): Date | null {
  const date = new Date(text(value) ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}
