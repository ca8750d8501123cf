import { magnitude } from "../money.ts";
import type { SignalName } from "./types.ts";

/** How a pair is scored and when it is safe: data, so that it can be shown, replayed and changed. */
export type MatchingProfile = {
  readonly name: string;
  readonly points: Readonly<Record<SignalName, number>>;
  /** From this score on a pair may be matched without a person. */
  readonly automaticScoreMin: number;
  /** From this score on a pair is shown as a suggestion. */
  readonly suggestionScoreMin: number;
  /** An automatic match must beat its best alternative by at least so many points. */
  readonly marginPoints: number;
  readonly tolerancePercent: number;
  /** Days after the due date (or the issue date, without one) until the date says nothing more. */
  readonly dateWindowDays: number;
  /** Days before the issue date that are still plausible. */
  readonly earlyDaysMax: number;
  /** A number of the same series at most this far away is more likely another document than a slip. */
  readonly neighbourDistanceMax: number;
  readonly bounds: {
    readonly suggestionsOfTransactionMax: number;
    readonly candidatesOfKeyMax: number;
    readonly itemsOfBundleMax: number;
    readonly transactionsOfGroupMax: number;
    readonly searchStepsOfGroupMax: number;
  };
};

/**
 * Invoices (money in) and expenses (money out).
 *
 * The points are set so that no pair reaches 70 by amount and date alone (50), that amount with a
 * full name inside the term does (72), and that an exact number does with any part of the amount (70). An exact number with the exact amount
 * outweighs a strange payer or a date before the issue, but not both (67).
 */
export const invoiceProfile: MatchingProfile = {
  name: "invoice",
  points: {
    amount_exact: 40,
    amount_open_exact: 40,
    amount_sum_exact: 40,
    amount_within_tolerance: 15,
    amount_part: 10,
    amount_exceeds_open: 0,
    document_number_exact: 60,
    document_number_typo: 18,
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
    date_before_issue: -18,
  },
  automaticScoreMin: 70,
  suggestionScoreMin: 35,
  marginPoints: 12,
  tolerancePercent: 3,
  dateWindowDays: 60,
  earlyDaysMax: 3,
  neighbourDistanceMax: 20,
  bounds: {
    suggestionsOfTransactionMax: 5,
    candidatesOfKeyMax: 64,
    itemsOfBundleMax: 30,
    transactionsOfGroupMax: 32,
    searchStepsOfGroupMax: 10_000,
  },
};

/** Whether a payment is that near to what is open, either way. */
export function isWithinTolerance(
  paidMinor: bigint,
  openMinor: bigint,
  profile: MatchingProfile,
): boolean {
  return magnitude(paidMinor - openMinor) * 100n <= openMinor * BigInt(profile.tolerancePercent);
}
