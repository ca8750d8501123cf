import type { CurrencyCode } from "../currencies.ts";
import type { RateTable } from "./rates.ts";
import type { MatchableTransaction } from "./types.ts";

/** A bank transaction as the search for transfers sees it: live, unmatched, posted. */
export type TransferLine = Pick<
  MatchableTransaction,
  | "id"
  | "accountId"
  | "blockId"
  | "bookedOn"
  | "amountMinor"
  | "currency"
  | "description"
  | "reference"
  | "counterpartyName"
>;

/** An account of the organisation. */
export type OwnAccount = {
  readonly id: string;
  readonly name: string;
  /** Its last digits, where they are known. */
  readonly mask: string | null;
  /** The bank that has it, where it is known. */
  readonly institutionName: string | null;
};

export type TransferInput = {
  readonly transactions: readonly TransferLine[];
  readonly accounts: readonly OwnAccount[];
  /** What the organisation calls itself. */
  readonly ownNames?: readonly string[];
  /** Pairs that a person rejected. */
  readonly declined?: readonly DeclinedTransferPair[];
  /** Numbers of open documents, letters and digits only and in lower case: who names one pays it. */
  readonly openNumbers?: ReadonlySet<string>;
  readonly rates?: RateTable;
  /** Across currencies: by how much the amounts may differ after conversion. */
  readonly tolerancePercent?: number;
  /** Leaves the candidates out: what a run asks for. */
  readonly onlyCertain?: boolean;
};

export type DeclinedTransferPair = {
  readonly outTransactionId: string;
  readonly inTransactionId: string;
};

export const transferSignals = [
  "amounts_equal",
  "amounts_converted",
  "days_apart",
  "transfer_words",
  "own_account_named",
  "own_name",
  "same_reference",
] as const;

export type TransferSignal = (typeof transferSignals)[number];

/** One reason for a pair, as plain text on both sides, so that it can be stored and sent as JSON. */
export type TransferEvidence = {
  readonly signal: TransferSignal;
  readonly transactionValue: string;
  readonly otherValue: string;
};

/** Why a pair is left to a person. */
export const reasonsNotTransfer = [
  "several_candidates",
  "other_account_named",
  "names_document",
  "across_blocks",
  "other_party_named",
  "nothing_says_transfer",
] as const;

export type ReasonNotTransfer = (typeof reasonsNotTransfer)[number];

export type TransferPair = {
  readonly outTransactionId: string;
  readonly inTransactionId: string;
  /** From money out to money in: negative where the bank booked money in first. */
  readonly days: number;
  /** What came in less what went out, converted where the currencies differ: in the currency of what came in. */
  readonly differenceMinor: bigint;
  readonly currency: CurrencyCode;
  /** What one unit of the currency that went out was taken for; null where there is one currency. */
  readonly rate: string | null;
  readonly evidence: readonly TransferEvidence[];
};

export type TransferCandidatePair = TransferPair & { readonly reason: ReasonNotTransfer };

export type FoundTransfers = {
  /** Pairs without a doubt, in the order of what went out. */
  readonly transfers: readonly TransferPair[];
  /** Pairs for a person to look at. */
  readonly candidates: readonly TransferCandidatePair[];
};
