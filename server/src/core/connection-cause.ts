import { unreachable } from "./assert.ts";
import type { ConnectionEvent, ConnectionStatus } from "./connection-status.ts";

/** What changed a connection's status, as the timeline keeps it. */
export type ConnectionCause = ConnectionEvent["type"] | "created";

/** All of them. An object, so that one that is missing here does not compile. */
const causes: Readonly<Record<ConnectionCause, true>> = {
  created: true,
  consent_started: true,
  consent_completed: true,
  consent_abandoned: true,
  consent_expiring: true,
  consent_expired: true,
  new_accounts_available: true,
  sync_succeeded: true,
  sync_partly_succeeded: true,
  sync_failed: true,
  repaired: true,
  revoked: true,
  never_completed: true,
  deleted: true,
};

export const connectionCauses = Object.keys(causes) as ConnectionCause[];

export function isConnectionCause(text: string): text is ConnectionCause {
  return Object.hasOwn(causes, text);
}

/** A change of a connection's status as a sentence for people. */
export function causeSentence(cause: ConnectionCause, to: ConnectionStatus): string {
  switch (cause) {
    case "created":
      return "The connection was begun.";
    case "consent_started":
      return "Somebody went to the bank's page to sign in.";
    case "consent_completed":
      return "The bank was connected.";
    case "consent_abandoned":
      return "The sign-in at the bank was not finished.";
    case "consent_expiring":
      return "The consent at the bank ends soon.";
    case "consent_expired":
      return "The consent at the bank has ended.";
    case "new_accounts_available":
      return "The bank has accounts that are not shared yet.";
    case "sync_succeeded":
      return "Transactions arrive again.";
    case "sync_partly_succeeded":
      return "A part of what the bank sent could not be read.";
    case "sync_failed":
      return failureSentence(to);
    case "repaired":
      return "The sign-in at the bank works again.";
    case "revoked":
      return "The consent was withdrawn at the bank.";
    case "never_completed":
      return "It was never completed, and has been removed.";
    case "deleted":
      return "The bank was disconnected.";
    default:
      return unreachable(cause);
  }
}

function failureSentence(to: ConnectionStatus): string {
  if (to === "reconnect_required") return "The bank asked for a new sign-in.";
  if (to === "expired") return "The provider ended the connection.";
  return "The bank or the provider has trouble.";
}
