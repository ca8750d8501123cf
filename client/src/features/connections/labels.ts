import { humanise } from "../../lib/format.ts";
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
  PUSH: "Pushed by the bank",
};

/** What the server's state machine calls the causes of a change. */
const causeLabels: Record<string, string> = {
  created: "Connection begun",
  consent_started: "The bank's page was opened",
  consent_completed: "Access was allowed at the bank",
  consent_abandoned: "The sign-in at the bank was left",
  consent_expiring: "The consent ends soon",
  consent_expired: "The consent has ended",
  new_accounts_available: "The bank has new accounts to share",
  sync_succeeded: "A sync brought everything",
  sync_partly_succeeded: "A sync brought some accounts only",
  sync_failed: "A sync failed",
  repaired: "Signed in at the bank again",
  revoked: "Access was withdrawn at the bank",
  deleted: "Disconnected",
};

export function causeLabel(cause: string): string {
  return causeLabels[cause] ?? humanise(cause);
}

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

/** Consent hasn't been given yet. */
export function isUnfinished(status: ConnectionStatus): boolean {
  return status === "PENDING" || status === "IN_PROGRESS";
}
