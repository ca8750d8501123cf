import type { ResultOf } from "../../lib/graphql.ts";
import type { Tone } from "../../lib/ui/tone.ts";
import type { AccountFields, ConnectionFields, Provider, SyncRunFields } from "./documents.ts";

export type ConnectionStatus = ResultOf<typeof ConnectionFields>["status"];
export type ConnectionAction = ResultOf<typeof ConnectionFields>["actions"][number];
export type AccountPath = NonNullable<ResultOf<typeof AccountFields>["path"]>;
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

export const accountKindLabels: Record<AccountKind, string> = {
  CURRENT: "Current account",
  SAVINGS: "Savings account",
  CREDIT_CARD: "Credit card",
  LOAN: "Loan",
  OTHER: "Account",
};

export const pathLabels: Record<AccountPath, string> = {
  STANDARD: "Standard",
  MANUAL_UPLOAD: "Manual upload",
  NON_STANDARD: "Non-standard",
};

export const providerKindLabels: Record<Provider["kind"], string> = {
  AGGREGATOR: "Aggregator",
  CONNECTOR: "Connector of your own",
  PUSH: "Pushed to Tieout",
};

/** Nothing arrives, or soon won't, until somebody acts. */
export function needsPerson(status: ConnectionStatus): boolean {
  return status === "RECONNECT_REQUIRED" || status === "EXPIRED";
}

/** Consent hasn't been given yet. */
export function isUnfinished(status: ConnectionStatus): boolean {
  return status === "PENDING" || status === "IN_PROGRESS";
}
