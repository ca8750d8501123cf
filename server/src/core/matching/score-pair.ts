import {
  type PreparedItem,
  type PreparedTransaction,
  prepareItem,
  prepareTransaction,
} from "./prepare.ts";
import { isWithinTolerance, type MatchingProfile } from "./profile.ts";
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

/** As `scorePair`, with the texts read before. */
export function scorePrepared(
  transaction: PreparedTransaction,
  item: PreparedItem,
  profile: MatchingProfile,
  aliases?: Aliases,
): PairScore {
  const findings = findingsOf(transaction, item, profile, aliases);
  return withEvidence(transaction, item, findings);
}

/** As `scorePrepared`, or null below a score: most candidates are, and evidence costs memory. */
export function scoreFrom(
  scoreMin: number,
  transaction: PreparedTransaction,
  item: PreparedItem,
  profile: MatchingProfile,
  aliases?: Aliases,
): PairScore | null {
  const findings = findingsOf(transaction, item, profile, aliases);
  return sumOf(findings) < scoreMin ? null : withEvidence(transaction, item, findings);
}

export function hasSignal(pair: PairScore, ...signals: readonly SignalName[]): boolean {
  return pair.evidence.some((evidence) => signals.includes(evidence.signal));
}

type Findings = readonly (SignalFinding | null)[];

function findingsOf(
  transaction: PreparedTransaction,
  item: PreparedItem,
  profile: MatchingProfile,
  aliases: Aliases | undefined,
): Findings {
  return [
    scoreAmount(transaction, item, profile),
    scoreNumber(transaction, item, profile),
    scoreName(transaction, item, profile, aliases),
    scoreDate(transaction, item, profile),
  ];
}

function sumOf(findings: Findings): number {
  let sum = 0;
  for (const finding of findings) sum += finding?.points ?? 0;
  return sum;
}

function withEvidence(
  { transaction }: PreparedTransaction,
  { item }: PreparedItem,
  findings: Findings,
): PairScore {
  const ids = { transactionId: transaction.id, itemId: item.id };
  const evidence = findings.filter((finding) => finding !== null);
  return {
    score: sumOf(findings),
    evidence: evidence.map((finding) => ({ ...ids, ...finding })),
  };
}

function scoreAmount(
  { transaction, openDecimal }: PreparedTransaction,
  item: PreparedItem,
  profile: MatchingProfile,
): SignalFinding {
  const signal = amountSignal(transaction.openMinor, item.item, profile);
  return {
    signal,
    points: profile.points[signal],
    transactionValue: openDecimal,
    itemValue: item.openDecimal,
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
  if (isWithinTolerance(paidMinor, item.openMinor, profile)) return "amount_within_tolerance";
  return paidMinor < item.openMinor ? "amount_part" : "amount_exceeds_open";
}

function scoreDate(
  { transaction, bookedDay }: PreparedTransaction,
  { item, issuedDay, dueDay }: PreparedItem,
  profile: MatchingProfile,
): SignalFinding | null {
  const finding = (signal: SignalName, itemValue: string, distance: number, share: number) => ({
    signal,
    points: Math.round(profile.points[signal] * share),
    transactionValue: transaction.bookedOn,
    itemValue,
    distance,
  });
  const early = issuedDay - bookedDay;
  if (early > profile.earlyDaysMax) return finding("date_before_issue", item.issuedOn, early, 1);
  const target = item.dueOn ?? item.issuedOn;
  const late = bookedDay - (dueDay ?? issuedDay);
  if (dueDay !== null && late <= 0) return finding("date_in_term", target, -late, 1);
  // The first week after the target is as good as the day itself: transfers take days.
  const share = Math.min(1, 1 - (late - 7) / profile.dateWindowDays);
  if (share <= 0) return null;
  const signal = dueDay === null ? "date_near_issue" : "date_near_due";
  return finding(signal, target, Math.abs(late), share);
}
