import type { LocalDate } from "../../../core/dates.ts";

/** What was read back of a feed at one time. Amounts in minor units of the feed's currency. */
export interface FeedCheck {
  readonly id: string;
  readonly feedId: string;
  readonly checkedAt: Date;
  readonly pushed: number;
  readonly pushedMinor: bigint;
  readonly confirmed: number;
  readonly missing: number;
  readonly changed: number;
  /** What is there too often, or was not pushed by this feed and bears an id of its kind. */
  readonly unexpected: number;
  /** Lines that the bank has changed or removed since they were pushed. */
  readonly outdated: number;
  readonly arrivedMinor: bigint;
  readonly agrees: boolean;
  /** The first of the unexpected ones, in the order of days. */
  readonly unexpectedLines: readonly UnexpectedLine[];
}

/** A line that the books have and should not, as they tell it. */
export interface UnexpectedLine {
  readonly bookedOn: LocalDate;
  /** In minor units of the feed's currency, in digits: JSON has no such integers. */
  readonly amountMinor: string;
  readonly description: string;
}

/** More than a person looks through; the number of all is told beside them. */
export const unexpectedLinesMax = 100;

/** The columns of a FeedCheck. */
export const feedCheckColumns = `
  id, feed_account_id AS "feedId", checked_at AS "checkedAt", pushed, pushed_minor AS "pushedMinor", confirmed, missing,
  changed, unexpected, outdated, arrived_minor AS "arrivedMinor", agrees,
  unexpected_lines AS "unexpectedLines"`;
