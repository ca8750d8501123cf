import { humanise } from "../../../lib/format.ts";
import type { Tone } from "../../../lib/ui/tone.ts";
import type { Offer, OfferStatus, Pulled } from "./books-documents.ts";

/** How a document stands in the accounting package. */
const pulledStateLabels: Record<string, { label: string; tone: Tone }> = {
  open: { label: "Open there", tone: "neutral" },
  part_paid: { label: "Part paid there", tone: "accent" },
  paid: { label: "Paid there", tone: "positive" },
  void: { label: "Void there", tone: "neutral" },
  draft: { label: "Draft there", tone: "neutral" },
  unreadable: { label: "Not readable", tone: "negative" },
};

export function pulledState({ state }: Pick<Pulled, "state">): { label: string; tone: Tone } {
  return pulledStateLabels[state] ?? { label: humanise(state), tone: "neutral" };
}

/** How a payment that is offered back stands. */
export const offerStatusLabels: Record<OfferStatus, { label: string; tone: Tone; about: string }> =
  {
    OFFERED: { label: "Offered", tone: "neutral", about: "Waits for somebody to send it." },
    SENDING: { label: "Sending", tone: "accent", about: "On its way." },
    PENDING: { label: "Pending", tone: "accent", about: "The platform works on it." },
    SUCCESS: { label: "Booked", tone: "positive", about: "The package has it." },
    FAILED: { label: "Failed", tone: "negative", about: "It was not taken: send it again." },
    TIMED_OUT: {
      label: "Timed out",
      tone: "warning",
      about: "Whether it is booked there isn't known: look there.",
    },
    WITHDRAWN: { label: "Withdrawn", tone: "neutral", about: "It is not sent." },
  };

/** What can be sent: offered ones, and failed ones anew. */
export const maySend = ({ status }: Pick<Offer, "status">) =>
  status === "OFFERED" || status === "FAILED";

/** What can be taken off the list. */
export const mayWithdraw = ({ status }: Pick<Offer, "status">) =>
  maySend({ status }) || status === "TIMED_OUT";
