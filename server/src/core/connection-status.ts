import { unreachable } from "./assert.ts";

export const connectionStatuses = [
  /** Created; nobody has given consent yet. */
  "pending",
  /** A person is at the bank's consent page for the first time. */
  "in_progress",
  "active",
  /** Some of its accounts deliver, others do not. */
  "partially_active",
  /** Nothing arrives until a person signs in at the bank again. */
  "reconnect_required",
  /** All is well, and a person may want to reconnect: new accounts, or the consent ends soon. */
  "reconnect_available",
  /** The bank or the provider has trouble; it is retried without anybody's help. */
  "degraded",
  /** Over for good at the provider: only a new connection helps. */
  "expired",
  "deleted",
] as const;

export type ConnectionStatus = (typeof connectionStatuses)[number];

/** What a provider's error means to the engine; its own codes stop at the provider's folder. */
export type SyncFailureOutcome = "user_action_needed" | "temporary" | "final";

export type ConnectionEvent =
  | { readonly type: "consent_started" }
  | { readonly type: "consent_completed" }
  | { readonly type: "consent_abandoned" }
  | { readonly type: "consent_expiring" }
  | { readonly type: "consent_expired" }
  | { readonly type: "new_accounts_available" }
  | { readonly type: "sync_succeeded" }
  | { readonly type: "sync_partly_succeeded" }
  | { readonly type: "sync_failed"; readonly outcome: SyncFailureOutcome }
  | { readonly type: "repaired" }
  | { readonly type: "revoked" }
  /** Begun long ago, and nobody ever finished the sign-in. */
  | { readonly type: "never_completed" }
  | { readonly type: "deleted" };

export type RefusedTransition = "connection_deleted" | "connection_expired" | "not_connected_yet";

export type Transition = {
  readonly status: ConnectionStatus;
  readonly changed: boolean;
  /** Why the event does not apply to this status; the status is then the same as before. */
  readonly refused: RefusedTransition | null;
};

/**
 * The status after an event. Events come twice, late or out of order, so each may meet each status;
 * one that does not apply changes nothing and says why. `deleted` is never left, `expired` only
 * for `deleted`.
 */
export function nextStatus(status: ConnectionStatus, event: ConnectionEvent): Transition {
  if (status === "deleted") return refuse(status, "connection_deleted");
  if (event.type === "deleted") return move(status, "deleted");
  if (status === "expired") return refuse(status, "connection_expired");
  if (status === "pending" || status === "in_progress") return firstConsent(status, event);
  return move(status, established(status, event));
}

/** Whether syncing makes sense: consent was given and is not known to be gone. */
export function isSyncable(status: ConnectionStatus): boolean {
  return (
    status === "active" ||
    status === "partially_active" ||
    status === "reconnect_available" ||
    status === "degraded"
  );
}

function firstConsent(status: "pending" | "in_progress", event: ConnectionEvent): Transition {
  switch (event.type) {
    case "consent_started":
      return move(status, "in_progress");
    case "consent_completed":
      // Also from `pending`: the note that the page was opened may be lost.
      return move(status, "active");
    case "consent_abandoned":
      return move(status, "pending");
    case "never_completed":
      return move(status, "deleted");
    default:
      return refuse(status, "not_connected_yet");
  }
}

type Established = Exclude<ConnectionStatus, "pending" | "in_progress" | "expired" | "deleted">;

function established(status: Established, event: ConnectionEvent): ConnectionStatus {
  switch (event.type) {
    // A reconnection keeps its status until it is completed, so that giving up loses nothing.
    case "consent_started":
    case "consent_abandoned":
    // It was completed after all.
    case "never_completed":
      return status;
    case "consent_completed":
    case "repaired":
      return "active";
    case "consent_expired":
    case "revoked":
      return "reconnect_required";
    case "consent_expiring":
    case "new_accounts_available":
      return status === "reconnect_required" ? status : "reconnect_available";
    // Data arrived, so a warning that it cannot arrive is out of date. The offer to reconnect is not.
    case "sync_succeeded":
      return status === "reconnect_available" ? status : "active";
    case "sync_partly_succeeded":
      return status === "reconnect_available" ? status : "partially_active";
    case "sync_failed":
      return afterFailedSync(status, event.outcome);
    case "deleted":
      return "deleted";
    default:
      return unreachable(event);
  }
}

function afterFailedSync(status: Established, outcome: SyncFailureOutcome): ConnectionStatus {
  switch (outcome) {
    case "user_action_needed":
      return "reconnect_required";
    case "final":
      return "expired";
    // An outage passes by itself: it must not hide that a person is needed, or wanted.
    case "temporary":
      return status === "reconnect_required" || status === "reconnect_available"
        ? status
        : "degraded";
    default:
      return unreachable(outcome);
  }
}

function move(from: ConnectionStatus, to: ConnectionStatus): Transition {
  return { status: to, changed: from !== to, refused: null };
}

function refuse(status: ConnectionStatus, refused: RefusedTransition): Transition {
  return { status, changed: false, refused };
}
