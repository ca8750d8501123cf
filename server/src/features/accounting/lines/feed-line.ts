import type { CurrencyCode } from "../../../core/currencies.ts";
import type { LocalDate } from "../../../core/dates.ts";

/** How a line stands in a feed. A line that has no row there is due, or held. */
export const feedLineStates = [
  "under_way",
  "pushed",
  "confirmed",
  "missing",
  "changed",
  "rejected",
  "released",
  "left_out",
] as const;

export type FeedLineState = (typeof feedLineStates)[number];

export interface FeedLineProblem {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly rule: string | null;
}

/** One bank transaction in one feed, as it was sent and as it was read back. */
export interface FeedLine {
  readonly feedId: string;
  readonly transactionId: string;
  readonly state: FeedLineState;
  readonly operationId: string | null;
  readonly position: bigint | null;
  readonly bookedOn: LocalDate | null;
  readonly amountMinor: bigint | null;
  readonly balanceMinor: bigint | null;
  readonly currency: CurrencyCode;
  readonly description: string | null;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
  /** A person's words are sent in place of the bank's. */
  readonly revised: boolean;
  readonly leftOutBy: string | null;
  readonly leftOutReason: string | null;
  readonly problems: readonly FeedLineProblem[];
  readonly arrivedOn: LocalDate | null;
  readonly arrivedMinor: bigint | null;
  readonly arrivedDescription: string | null;
  readonly checkedAt: Date | null;
}

/** The columns of a FeedLine, of feed_line alone as `l`; its currency is the feed's, as `f`. */
export const feedLineColumns = `
  l.feed_account_id AS "feedId", l.transaction_id AS "transactionId", l.state, l.operation_id AS "operationId",
  l.position, l.booked_on AS "bookedOn", l.amount_minor AS "amountMinor", l.balance_minor AS "balanceMinor",
  f.currency, l.description, l.counterparty_name AS "counterpartyName", l.reference, l.revised IS NOT NULL AS revised,
  l.left_out_by AS "leftOutBy", l.left_out_reason AS "leftOutReason", l.problems, l.arrived_on AS "arrivedOn",
  l.arrived_minor AS "arrivedMinor", l.arrived_description AS "arrivedDescription", l.checked_at AS "checkedAt"`;
