import type { LocalDate } from "../dates.ts";

/** What an accounting package takes and refuses. Told before anything is pushed, and kept by the plan. */
export type PushRules = {
  /** Lines of one push. */
  readonly batchLinesMax: number;
  /** Each line needs the account's balance behind it. */
  readonly needsBalance: boolean;
  /** Nothing older than the newest line that was pushed: what comes late cannot be sent any more. */
  readonly refusesOlderThanLast: boolean;
  /** How many days before today the oldest line may be booked; null: as far back as the feed. */
  readonly daysBackMax: number | null;
  /** Longer ones are cut. */
  readonly descriptionCharactersMax: number;
};

/** One bank transaction that a feed may push. Amounts in minor units of the account's currency, money in positive. */
export type PushableLine = {
  readonly transactionId: string;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
  readonly pending: boolean;
  /** Matched whole, or excluded with a reason. */
  readonly reconciled: boolean;
  /** What it was matched to, as people name it: "INV-2026-0014". */
  readonly documents: readonly string[];
  /** What a person wants sent in place of the bank's words; null where nothing was revised. */
  readonly revised: RevisedWords | null;
};

export type RevisedWords = {
  readonly description: string | null;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
};

/** Why a line is not pushed now. */
export const holdReasons = [
  "pending",
  "before_feed_start",
  "in_the_future",
  "too_old",
  "older_than_last_push",
  "not_reconciled",
  "behind_unreconciled",
  "no_balance",
] as const;

export type HoldReason = (typeof holdReasons)[number];

/** What a line is to the package, in words that all of them share. */
export type LineKind = "credit" | "debit" | "fee" | "interest" | "transfer";

/** A line as it is sent. */
export type PushedLine = {
  readonly transactionId: string;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  /** The account's balance behind this line; null where the bank has told none. */
  readonly balanceMinor: bigint | null;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
  readonly kind: LineKind;
};
