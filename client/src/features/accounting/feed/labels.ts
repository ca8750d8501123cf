import { formatDate, plural } from "../../../lib/format.ts";
import type { Tone } from "../../../lib/ui/tone.ts";
import type { Feed, FeedLineState, Push, PushStatus } from "./documents.ts";

/** How a feed stands, in a word and a colour. */
export const feedStatusLabels: Record<Feed["status"], { label: string; tone: Tone }> = {
  PENDING: { label: "Being made", tone: "accent" },
  CONNECTING: { label: "Connecting", tone: "warning" },
  CONNECTED: { label: "Connected", tone: "positive" },
  DISCONNECTED: { label: "Disconnected", tone: "neutral" },
};

/** How a push stands. Until the package has taken it, a person waits for one thing: an end. */
export const pushStatusLabels: Record<PushStatus, { label: string; tone: Tone; about: string }> = {
  SENDING: {
    label: "Sending",
    tone: "accent",
    about: "On its way. Whether the platform has it isn't known yet.",
  },
  PENDING: { label: "Pending", tone: "accent", about: "The platform has it and works on it." },
  SUCCESS: { label: "Success", tone: "positive", about: "The package took it." },
  FAILED: { label: "Failed", tone: "negative", about: "It was not taken: its lines may go again." },
  TIMED_OUT: {
    label: "Timed out",
    tone: "warning",
    about:
      "The platform gave up on it. What the books have of it is looked up before anything goes again.",
  },
};

/** What began a push, as part of a sentence: who stands behind it. */
export const triggerLabels: Record<Push["trigger"], string> = {
  MANUAL: "Asked for",
  SCHEDULE: "On schedule",
  RECONCILED: "As reconciled",
  RETRY: "Sent again",
};

export const lineStateLabels: Record<FeedLineState, { label: string; tone: Tone; about: string }> =
  {
    DUE: { label: "Due", tone: "neutral", about: "Goes with the next push." },
    UNDER_WAY: { label: "On its way", tone: "accent", about: "In a push that has not ended." },
    PUSHED: { label: "Pushed", tone: "accent", about: "Taken, and not yet read back." },
    CONFIRMED: { label: "Confirmed", tone: "positive", about: "Read back as it was sent." },
    MISSING: { label: "Missing", tone: "negative", about: "Taken, and not in the books." },
    CHANGED: {
      label: "Changed there",
      tone: "warning",
      about: "Another day or amount in the books.",
    },
    REJECTED: { label: "Refused", tone: "negative", about: "The package refused it." },
    RELEASED: { label: "Goes again", tone: "neutral", about: "Goes with the next push." },
    LEFT_OUT: { label: "Left out", tone: "neutral", about: "A person left it out." },
  };

/** "1 Sept 2026 to 20 Nov 2026"; one day alone. */
export function periodOf(firstOn: string | null, lastOn: string | null): string {
  if (!firstOn || !lastOn) return "";
  return firstOn === lastOn
    ? formatDate(firstOn)
    : `${formatDate(firstOn)} to ${formatDate(lastOn)}`;
}

/** What the package said about a push, counted: "1 error, 2 warnings". */
export function remarksOf({ errors, warnings }: Pick<Push, "errors" | "warnings">): string {
  return [
    errors > 0 ? plural(errors, "error") : "",
    warnings > 0 ? plural(warnings, "warning") : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** Nothing of a push is known for good yet. */
export function isUnderWay({ status }: Pick<Push, "status">): boolean {
  return status === "SENDING" || status === "PENDING" || status === "TIMED_OUT";
}
