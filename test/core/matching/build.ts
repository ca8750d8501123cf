import type { CurrencyCode } from "../../../server/src/core/currencies.ts";
import { localDate } from "../../../server/src/core/dates.ts";
import {
  builtInProfiles,
  type MatchingProfiles,
} from "../../../server/src/core/matching/profile.ts";
import type {
  MatchableItem,
  MatchableTransaction,
} from "../../../server/src/core/matching/types.ts";
import { magnitude, parseDecimal } from "../../../server/src/core/money.ts";

/** A transaction in short: amounts as decimals, everything else with a plain default. */
export type TransactionSketch = {
  readonly id: string;
  readonly amount: string;
  readonly open?: string;
  readonly currency?: string;
  readonly bookedOn?: string;
  readonly description?: string;
  readonly reference?: string;
  readonly payer?: string;
  readonly pending?: boolean;
};

export type ItemSketch = {
  readonly id: string;
  readonly number: string;
  readonly client: string;
  readonly amount: string;
  readonly open?: string;
  readonly kind?: "invoice" | "expense";
  readonly currency?: string;
  readonly issuedOn?: string;
  readonly dueOn?: string | null;
};

export function minor(decimal: string, currency: string = "EUR"): bigint {
  const parsed = parseDecimal(decimal, currency as CurrencyCode);
  if (!parsed.ok) throw new TypeError(`${decimal} ${currency}: ${parsed.problem.code}`);
  return parsed.value.amountMinor;
}

export function transactionOf(sketch: TransactionSketch): MatchableTransaction {
  const amountMinor = minor(sketch.amount, sketch.currency);
  return {
    id: sketch.id,
    blockId: null,
    accountId: "account",
    bookedOn: localDate(sketch.bookedOn ?? "2026-11-10"),
    amountMinor,
    openMinor: sketch.open ? minor(sketch.open, sketch.currency) : magnitude(amountMinor),
    currency: (sketch.currency ?? "EUR") as CurrencyCode,
    description: sketch.description ?? "",
    reference: sketch.reference ?? null,
    counterpartyName: sketch.payer ?? null,
    pending: sketch.pending ?? false,
  };
}

export function itemOf(sketch: ItemSketch): MatchableItem {
  const amountMinor = minor(sketch.amount, sketch.currency);
  const dueOn = sketch.dueOn === undefined ? "2026-11-19" : sketch.dueOn;
  return {
    id: sketch.id,
    kind: sketch.kind ?? "invoice",
    blockId: null,
    unitNumber: null,
    surname: null,
    number: sketch.number,
    counterpartyName: sketch.client,
    issuedOn: localDate(sketch.issuedOn ?? "2026-10-20"),
    dueOn: dueOn === null ? null : localDate(dueOn),
    currency: (sketch.currency ?? "EUR") as CurrencyCode,
    amountMinor,
    openMinor: sketch.open ? minor(sketch.open, sketch.currency) : amountMinor,
  };
}

/** An organisation's own, which lets go up to 50.00 and a tenth of an invoice without a reason. */
export const lenientProfiles: MatchingProfiles = {
  ...builtInProfiles,
  invoice: {
    ...builtInProfiles.invoice,
    residuals: {
      ...builtInProfiles.invoice.residuals,
      ...{ shortPaymentMaxMinor: 5_000, shortPaymentPercent: 10 },
    },
  },
};
