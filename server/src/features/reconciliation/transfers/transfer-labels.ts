import type { ReasonNotTransfer, TransferSignal } from "../../../core/matching/transfer-types.ts";

/** What a piece of evidence says, as a sentence for people. */
export const transferSignalLabels: Readonly<Record<TransferSignal, string>> = {
  amounts_equal: "The same amount went out and came in.",
  amounts_converted:
    "The amounts are worth the same by the rate of the day, within the bank's margin.",
  days_apart: "When the bank booked them.",
  transfer_words: "The bank's text says that it is a transfer.",
  own_account_named: "One of them names the other's account.",
  own_name: "The other side is this organisation itself.",
  same_reference: "Both have the same reference.",
};

/** Why a pair was not taken by itself, as a sentence for people. */
export const transferReasonLabels: Readonly<Record<ReasonNotTransfer, string>> = {
  several_candidates: "Another line has the same amount within four days.",
  other_account_named: "The text names another of your accounts.",
  names_document: "The text names an open document.",
  across_blocks: "The accounts belong to different blocks.",
  other_party_named: "The text names somebody else as the payer or payee.",
  nothing_says_transfer: "Only the amounts and the days speak for it.",
};
