import type { ResultOf } from "../../lib/graphql.ts";
import type { Tone } from "../../lib/ui/Badge.svelte";
import type { ConnectionFields, SyncRunFields } from "./documents.ts";

export type ConnectionStatus = ResultOf<typeof ConnectionFields>["status"];
type SyncTrigger = ResultOf<typeof SyncRunFields>["trigger"];
type AccountKind = ResultOf<typeof ConnectionFields>["accounts"][number]["kind"];

export const statusLabels: Record<ConnectionStatus, { label: string; tone: Tone }> = {
  PENDING: { label: "Waiting for sign-in", tone: "neutral" },
  IN_PROGRESS: { label: "Connecting", tone: "accent" },
  ACTIVE: { label: "Active", tone: "positive" },
  PARTIALLY_ACTIVE: { label: "Partly active", tone: "warning" },
  RECONNECT_REQUIRED: { label: "Sign-in needed", tone: "negative" },
  RECONNECT_AVAILABLE: { label: "Renewal possible", tone: "warning" },
  DEGRADED: { label: "Trouble at the bank", tone: "warning" },
  EXPIRED: { label: "Expired", tone: "negative" },
  DELETED: { label: "Disconnected", tone: "neutral" },
};

export const triggerLabels: Record<SyncTrigger, string> = {
  INITIAL: "First sync",
  MANUAL: "Asked for",
  WEBHOOK: "News from the bank",
  SCHEDULED: "Scheduled",
  RETRY: "Tried again",
};

export const accountKindLabels: Record<AccountKind, string> = {
  CURRENT: "Current account",
  SAVINGS: "Savings account",
  CREDIT_CARD: "Credit card",
  LOAN: "Loan",
  OTHER: "Account",
};

/** Nothing arrives, or soon won't, until somebody acts. */
export function needsPerson(status: ConnectionStatus): boolean {
  return status === "RECONNECT_REQUIRED" || status === "EXPIRED";
}

/** Signing in at the bank again makes sense; `expired` needs a new connection instead. */
export function canRepair(status: ConnectionStatus): boolean {
  return (
    status === "RECONNECT_REQUIRED" ||
    status === "RECONNECT_AVAILABLE" ||
    status === "PARTIALLY_ACTIVE"
  );
}

export function canSync(status: ConnectionStatus): boolean {
  return (
    status === "ACTIVE" ||
    status === "PARTIALLY_ACTIVE" ||
    status === "RECONNECT_AVAILABLE" ||
    status === "DEGRADED"
  );
}

/** Whether a connection has something to say above its accounts. */
export function needsNotice({ status }: { status: ConnectionStatus }): boolean {
  return status !== "ACTIVE" && status !== "DELETED";
}
