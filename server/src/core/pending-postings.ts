import { daysBetween, type LocalDate } from "./dates.ts";

/** How far apart a pending row and its posting may be booked, and how long after it has vanished it may be posted. */
export const postingDaysMax = 10;

interface Line {
  readonly accountId: string;
  /** ISO 4217 */
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly bookedOn: LocalDate;
}

/** A pending row that its bank no longer names. */
export interface VanishedPending extends Line {
  readonly id: string;
  /** When the books first had it. */
  readonly createdAt: Date;
}

/** A posted row; its provider names no pending one that it takes the place of. */
export interface Posting extends Line {
  readonly externalId: string;
  /** Since when the books have it; null for one that comes now. */
  readonly knownSince: Date | null;
}

/**
 * Which vanished pending row each posting is: of the same account, currency and amount, booked within ten days. Only
 * where there is one of either: two real payments of one amount must never become one, so that wherever a second row
 * could be meant, nothing is said. A posting that came after the pending row, and before this one, could be meant too.
 * The order of the rows changes nothing. At most one comparison for each two rows of one amount.
 */
export function pairPostings(
  vanished: readonly VanishedPending[],
  postings: readonly Posting[],
): { pendingId: string; externalId: string }[] {
  const groups = new Map<string, { vanished: VanishedPending[]; postings: Posting[] }>();
  const groupOf = (line: Line) => {
    const key = `${line.accountId} ${line.currency} ${line.amountMinor}`;
    const group = groups.get(key) ?? { vanished: [], postings: [] };
    groups.set(key, group);
    return group;
  };
  for (const row of vanished) groupOf(row).vanished.push(row);
  for (const row of postings) groupOf(row).postings.push(row);
  return [...groups.values()].flatMap(pairGroup);
}

/** More of one amount than this could not be told apart by hand either. */
const alikeMax = 100;

function pairGroup(group: { vanished: VanishedPending[]; postings: Posting[] }) {
  if (group.vanished.length > alikeMax || group.postings.length > alikeMax) return [];
  return group.vanished.flatMap((pending) => {
    const [posting, ...others] = group.postings.filter((each) => couldBe(pending, each));
    if (posting === undefined || others.length > 0 || posting.knownSince !== null) return [];
    const rivals = group.vanished.filter((each) => couldBe(each, posting));
    return rivals.length === 1 ? [{ pendingId: pending.id, externalId: posting.externalId }] : [];
  });
}

function couldBe(pending: VanishedPending, posting: Posting): boolean {
  const near = Math.abs(daysBetween(pending.bookedOn, posting.bookedOn)) <= postingDaysMax;
  return near && (posting.knownSince === null || posting.knownSince >= pending.createdAt);
}
