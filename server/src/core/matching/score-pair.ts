import { daysBetween } from "../dates.ts";
import { formatDecimal, magnitude } from "../money.ts";
import {
  type PreparedItem,
  type PreparedTransaction,
  prepareItem,
  prepareTransaction,
} from "./prepare.ts";
import type { MatchingProfile } from "./profile.ts";
import { type SignalFinding, scoreName } from "./score-name.ts";
import { scoreNumber } from "./score-number.ts";
import type {
  Aliases,
  MatchableItem,
  MatchableTransaction,
  PairScore,
  SignalName,
} from "./types.ts";

/**
 * The points of one transaction against one item, with the reason for each. Never throws on any text.
 * Direction and currency are the caller's: a pair that differs there scores like any other.
 */
export function scorePair(
  transaction: MatchableTransaction,
  item: MatchableItem,
  profile: MatchingProfile,
  aliases?: Aliases,
): PairScore {
  return scorePrepared(prepareTransaction(transaction), prepareItem(item), profile, aliases);
}

export function scorePrepared(
  transaction: PreparedTransaction,
  item: PreparedItem,
  profile: MatchingProfile,
  aliases?: Aliases,
): PairScore {
  const findings = [
    scoreAmount(transaction.transaction, item.item, profile),
    scoreNumber(transaction, item, profile),
    scoreName(transaction, item, profile, aliases),
    scoreDate(transaction.transaction, item.item, profile),
  ].filter((finding) => finding !== null);
  const ids = { transactionId: transaction.transaction.id, itemId: item.item.id };
  return {
    score: findings.reduce((sum, finding) => sum + finding.points, 0),
    evidence: findings.map((finding) => ({ ...ids, ...finding })),
  };
}

export function hasSignal(pair: PairScore, ...signals: readonly SignalName[]): boolean {
  return pair.evidence.some((evidence) => signals.includes(evidence.signal));
}

function scoreAmount(
  transaction: MatchableTransaction,
  item: MatchableItem,
  profile: MatchingProfile,
): SignalFinding {
  const signal = amountSignal(transaction.openMinor, item, profile);
  const { currency } = transaction;
  return {
    signal,
    points: profile.points[signal],
    transactionValue: formatDecimal({ amountMinor: transaction.openMinor, currency }),
    itemValue: formatDecimal({ amountMinor: item.openMinor, currency: item.currency }),
    distance: null,
  };
}

function amountSignal(
  paidMinor: bigint,
  item: MatchableItem,
  profile: MatchingProfile,
): SignalName {
  if (paidMinor === item.openMinor) {
    return item.openMinor === item.amountMinor ? "amount_exact" : "amount_open_exact";
  }
  const difference = magnitude(paidMinor - item.openMinor);
  if (difference * 100n <= item.openMinor * BigInt(profile.tolerancePercent)) {
    return "amount_within_tolerance";
  }
  return paidMinor < item.openMinor ? "amount_part" : "amount_exceeds_open";
}

function scoreDate(
  transaction: MatchableTransaction,
  item: MatchableItem,
  profile: MatchingProfile,
): SignalFinding | null {
  const { bookedOn } = transaction;
  const sinceIssue = daysBetween(item.issuedOn, bookedOn);
  const target = item.dueOn ?? item.issuedOn;
  const late = daysBetween(target, bookedOn);
  const finding = (signal: SignalName, itemValue: string, distance: number, share: number) => ({
    signal,
    points: Math.round(profile.points[signal] * share),
    transactionValue: bookedOn,
    itemValue,
    distance,
  });
  if (sinceIssue < -profile.earlyDaysMax) {
    return finding("date_before_issue", item.issuedOn, -sinceIssue, 1);
  }
  if (item.dueOn !== null && late <= 0) return finding("date_in_term", item.dueOn, -late, 1);
  // The first week after the target is as good as the day itself: transfers take days.
  const share = Math.min(1, 1 - (late - 7) / profile.dateWindowDays);
  if (share <= 0) return null;
  const signal = item.dueOn === null ? "date_near_issue" : "date_near_due";
  return finding(signal, target, Math.abs(late), share);
}
