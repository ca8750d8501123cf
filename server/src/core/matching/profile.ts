import { magnitude } from "../money.ts";
import type { SignalName } from "./types.ts";

/** `demand`: demands of blocks. `invoice`: invoices (money in) and expenses (money out). */
export type ProfileFamily = "invoice" | "demand";

/** How a pair is scored and when it is safe: data, so that it can be shown, replayed and changed. */
export type ProfileDefinition = {
  /** Points of every signal; a family uses those of `signalsOf`. */
  readonly points: Readonly<Record<SignalName, number>>;
  /** From this score on a pair may be matched without a person. */
  readonly automaticScoreMin: number;
  /** From this score on a pair is shown as a suggestion. */
  readonly suggestionScoreMin: number;
  /** An automatic match must beat its best alternative by at least so many points. */
  readonly marginPoints: number;
  /** How far an amount may be from what is open and still count as near it. */
  readonly tolerancePercent: number;
  /** As `tolerancePercent`, for an amount that was converted from another currency. */
  readonly ratePercent: number;
  /** Days after the due date (or the issue date, without one) until the date says nothing more. */
  readonly dateWindowDays: number;
  /** Days before the issue date that are still plausible. */
  readonly earlyDaysMax: number;
  /** A number of the same series at most this far away is more likely another document than a slip. */
  readonly neighbourDistanceMax: number;
  readonly residuals: ResidualTolerances;
};

/** What a difference may be so that a payment of a document that is beyond doubt still settles it. */
export type ResidualTolerances = {
  /** Minor units of the item's currency, too little or too much. */
  readonly roundingMaxMinor: number;
  /** A bank's fee that was kept: at most so many minor units, and at most so many percent. */
  readonly bankFeeMaxMinor: number;
  readonly bankFeePercent: number;
  /** Discounts that are agreed for paying by the due date. */
  readonly discountPercents: readonly number[];
  /** How far a converted payment may be from what is open and still settle it. */
  readonly exchangePercent: number;
  /**
   * What is let go of an invoice where too little was paid and nothing else explains it: at most so many minor units, and
   * at most so many percent. To write money off is for an organisation to decide: none in the built-in ones.
   */
  readonly shortPaymentMaxMinor: number;
  readonly shortPaymentPercent: number;
};

/** A definition that an organisation keeps, or a built-in one (version 1, named as its family). */
export type MatchingProfile = ProfileDefinition & {
  readonly name: string;
  readonly version: number;
  readonly family: ProfileFamily;
};

export type MatchingProfiles = {
  readonly invoice: MatchingProfile;
  readonly demand: MatchingProfile;
};

/** The bounds of the searches. Not part of a profile: they say what is looked at, not what it means. */
export type MatchingBounds = {
  readonly suggestionsOfTransactionMax: number;
  /** A key that more items share than this says nothing and is passed over whole. */
  readonly candidatesOfKeyMax: number;
  readonly itemsOfBundleMax: number;
  /** Open items of one payer, or payments of one, among which sums are looked for. */
  readonly partsOfSumMax: number;
  readonly transactionsOfGroupMax: number;
  readonly searchStepsOfGroupMax: number;
};

export const matchingBounds: MatchingBounds = {
  suggestionsOfTransactionMax: 5,
  candidatesOfKeyMax: 64,
  itemsOfBundleMax: 30,
  partsOfSumMax: 16,
  transactionsOfGroupMax: 32,
  searchStepsOfGroupMax: 10_000,
};

const noPoints: Readonly<Record<SignalName, number>> = {
  amount_exact: 0,
  amount_open_exact: 0,
  amount_sum_exact: 0,
  amount_residual: 0,
  amount_converted: 0,
  amount_within_tolerance: 0,
  amount_part: 0,
  amount_exceeds_open: 0,
  document_number_exact: 0,
  document_number_typo: 0,
  document_number_digits: 0,
  document_number_neighbour: 0,
  document_number_other: 0,
  unit_in_reference: 0,
  surname_in_reference: 0,
  unit_in_description: 0,
  name_exact: 0,
  name_tokens: 0,
  name_alias: 0,
  name_differs: 0,
  date_in_term: 0,
  date_near_due: 0,
  date_near_issue: 0,
  date_before_issue: 0,
};

/**
 * Invoices (money in) and expenses (money out).
 *
 * The points are set so that no pair gets there by amount and date alone (50), nor by a mistyped number without the name
 * (65); that the amount with the full name does unless it comes months late (66 to 75), a known difference or a rate with
 * the full name only in time (67 to 71), and that an exact number does with any part of the amount (70). An exact number with the
 * exact amount outweighs a strange payer or a date before the issue, but not both (65).
 */
export const invoiceProfile: MatchingProfile = {
  name: "invoice",
  version: 1,
  family: "invoice",
  points: {
    ...noPoints,
    amount_exact: 40,
    amount_open_exact: 40,
    amount_sum_exact: 40,
    amount_residual: 36,
    amount_converted: 34,
    amount_within_tolerance: 15,
    amount_part: 10,
    document_number_exact: 60,
    document_number_typo: 15,
    document_number_digits: 30,
    document_number_neighbour: -20,
    document_number_other: -30,
    name_exact: 25,
    name_tokens: 22,
    name_alias: 25,
    name_differs: -15,
    date_in_term: 10,
    date_near_due: 10,
    date_near_issue: 10,
    date_before_issue: -20,
  },
  automaticScoreMin: 66,
  suggestionScoreMin: 35,
  marginPoints: 12,
  tolerancePercent: 3,
  ratePercent: 3,
  dateWindowDays: 60,
  earlyDaysMax: 3,
  neighbourDistanceMax: 20,
  residuals: {
    roundingMaxMinor: 5,
    bankFeeMaxMinor: 3_500,
    bankFeePercent: 3,
    discountPercents: [2, 3],
    exchangePercent: 2,
    shortPaymentMaxMinor: 0,
    shortPaymentPercent: 0,
  },
};

/** Service charges of a block: five signals, each said or not. */
export const demandProfile: MatchingProfile = {
  name: "demand",
  version: 1,
  family: "demand",
  points: {
    ...noPoints,
    amount_exact: 40,
    amount_open_exact: 40,
    amount_sum_exact: 40,
    amount_converted: 20,
    amount_within_tolerance: 20,
    unit_in_reference: 30,
    surname_in_reference: 20,
    unit_in_description: 10,
  },
  automaticScoreMin: 60,
  suggestionScoreMin: 30,
  marginPoints: 10,
  tolerancePercent: 10,
  ratePercent: 3,
  dateWindowDays: 60,
  earlyDaysMax: 365,
  neighbourDistanceMax: 20,
  residuals: {
    roundingMaxMinor: 0,
    bankFeeMaxMinor: 0,
    bankFeePercent: 0,
    discountPercents: [],
    exchangePercent: 0,
    shortPaymentMaxMinor: 0,
    shortPaymentPercent: 0,
  },
};

export const builtInProfiles: MatchingProfiles = { invoice: invoiceProfile, demand: demandProfile };

const amountSignals: readonly SignalName[] = [
  "amount_exact",
  "amount_open_exact",
  "amount_sum_exact",
  "amount_residual",
  "amount_converted",
  "amount_within_tolerance",
  "amount_part",
  "amount_exceeds_open",
];

/** The signals that a family's profiles can weigh: a demand has a unit, an invoice a client's name. */
export function signalsOf(family: ProfileFamily): readonly SignalName[] {
  const own = (Object.keys(noPoints) as SignalName[]).filter(
    (signal) => !amountSignals.includes(signal),
  );
  const ofUnits: readonly SignalName[] = [
    "unit_in_reference",
    "surname_in_reference",
    "unit_in_description",
  ];
  return [
    ...amountSignals,
    ...(family === "demand" ? ofUnits : own.filter((signal) => !ofUnits.includes(signal))),
    ...(family === "demand" ? own.filter((signal) => /^(document_number|date)_/.test(signal)) : []),
  ];
}

/** The profile that decides about an item. */
export function profileFor(
  profiles: MatchingProfiles,
  kind: "invoice" | "expense" | "demand",
): MatchingProfile {
  return kind === "demand" ? profiles.demand : profiles.invoice;
}

/** Whether a payment is that near to what is open, either way. */
export function isWithinTolerance(
  paidMinor: bigint,
  openMinor: bigint,
  { tolerancePercent }: Pick<ProfileDefinition, "tolerancePercent">,
): boolean {
  return magnitude(paidMinor - openMinor) * 100n <= openMinor * BigInt(tolerancePercent);
}
