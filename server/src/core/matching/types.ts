import type { CurrencyCode } from "../currencies.ts";
import type { LocalDate } from "../dates.ts";

/** A bank transaction as matching sees it. Load only live ones: neither removed nor excluded. */
export type MatchableTransaction = {
  readonly id: string;
  readonly accountId: string;
  /** The set of books of its account; null for the organisation's own. */
  readonly blockId: string | null;
  readonly bookedOn: LocalDate;
  /** Money in is positive, money out negative. */
  readonly amountMinor: bigint;
  /** What no match has used yet, without a sign: 0 to |amountMinor|. */
  readonly openMinor: bigint;
  readonly currency: CurrencyCode;
  readonly description: string;
  readonly reference: string | null;
  readonly counterpartyName: string | null;
  readonly pending: boolean;
  /** The client that a rule says paid it: only that client's items may be matched automatically. */
  readonly clientName?: string | null;
};

/** An open item as matching sees it: invoices and demands are settled by money in, expenses by money out. */
export type MatchableItem = {
  readonly id: string;
  readonly kind: "invoice" | "expense" | "demand";
  /** The set of books that alone may settle it; null where any account may. A demand always has one. */
  readonly blockId: string | null;
  /** Of a demand: the unit's number; null otherwise. */
  readonly unitNumber: string | null;
  /** Of a demand: the leaseholder's surname; null otherwise. */
  readonly surname: string | null;
  readonly number: string;
  readonly counterpartyName: string;
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate | null;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
  /** What is still to be paid: 0 to amountMinor. */
  readonly openMinor: bigint;
};

export const signalNames = [
  "amount_exact",
  "amount_open_exact",
  "amount_sum_exact",
  "amount_residual",
  "amount_converted",
  "amount_within_tolerance",
  "amount_part",
  "amount_exceeds_open",
  "document_number_exact",
  "document_number_typo",
  "document_number_digits",
  "document_number_neighbour",
  "document_number_other",
  "unit_in_reference",
  "surname_in_reference",
  "unit_in_description",
  "name_exact",
  "name_tokens",
  "name_alias",
  "name_differs",
  "date_in_term",
  "date_near_due",
  "date_near_issue",
  "date_before_issue",
] as const;

export type SignalName = (typeof signalNames)[number];

/**
 * One reason for or against a pair. The values are plain text, so that evidence can be stored and
 * sent as JSON: a decimal in the pair's currency for amounts, an ISO date for dates, else the text.
 */
export type Evidence = {
  readonly transactionId: string;
  readonly itemId: string;
  readonly signal: SignalName;
  readonly points: number;
  readonly transactionValue: string;
  readonly itemValue: string;
  /** Days apart for dates, edits apart for numbers, percent of the name found for names; else null. */
  readonly distance: number | null;
};

export type PairScore = {
  readonly score: number;
  readonly evidence: readonly Evidence[];
};

/**
 * What a line of a match is: a payment, or a typed residual. A residual stands on one side alone: what settles the item
 * without money (a fee that the bank kept, a discount, a short payment that was let go), or what leaves the transaction
 * without settling anything (some cents too much).
 */
export const paymentKinds = [
  "payment",
  "bank_fee",
  "exchange_difference",
  "discount",
  "rounding",
  "short_payment",
] as const;

export type PaymentKind = (typeof paymentKinds)[number];

/** One line of a match. Minor units, never negative. */
export type ProposedPayment = {
  readonly transactionId: string;
  readonly itemId: string;
  readonly kind: PaymentKind;
  /** What it puts on the item, in the item's currency. */
  readonly amountMinor: bigint;
  /** What it takes from the transaction, in the transaction's currency. */
  readonly transactionMinor: bigint;
  /** What one unit of the transaction's currency was taken for in the item's, as a decimal; null where they are one. */
  readonly rate: string | null;
};

export type ProposedMatch = {
  readonly transactionIds: readonly string[];
  readonly payments: readonly ProposedPayment[];
  readonly score: number;
  /** `certain`: an exact document number with an exact amount. `strong`: over the profile's threshold. */
  readonly certainty: "certain" | "strong";
  readonly evidence: readonly Evidence[];
  /** The profile that decided, with its version. */
  readonly profile: ProfileName;
};

export type ProfileName = { readonly name: string; readonly version: number };

export const reasonsNotAutomatic = [
  "tie",
  "near_tie",
  "competing",
  "below_threshold",
  "amount_only",
  "amount_exceeds_open",
  "number_not_exact_or_not_unique",
  "other_number_named",
  "pending",
  "group_too_large",
  "other_client",
  "demand_currency",
  "automatic_off",
] as const;

export type ReasonNotAutomatic = (typeof reasonsNotAutomatic)[number];

export type Suggestion = {
  readonly transactionId: string;
  readonly itemId: string;
  readonly score: number;
  readonly evidence: readonly Evidence[];
  readonly reasonNotAutomatic: ReasonNotAutomatic;
  /** Items that this transaction could settle about as well. */
  readonly rivalItemIds: readonly string[];
  /** Transactions that could settle this item about as well. */
  readonly rivalTransactionIds: readonly string[];
};

export type Proposal = {
  readonly matches: readonly ProposedMatch[];
  readonly suggestions: readonly Suggestion[];
  /** Groups of payments and items in which a search met its bound: nothing in them was decided. */
  readonly boundedGroups: number;
};

/** A pair that a person declined: it is not proposed again. */
export type DeclinedPair = { readonly transactionId: string; readonly itemId: string };

/**
 * Learned names: the key is `aliasKey(payer's text)`, the values are `aliasKey(client's name)`.
 */
export type Aliases = ReadonlyMap<string, ReadonlySet<string>>;
