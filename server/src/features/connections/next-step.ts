import { unreachable } from "../../core/assert.ts";
import type { ConnectionStatus } from "../../core/connection-status.ts";

/** What a person can do about a connection, as a sentence; null where there is nothing to do. */
export function nextStepOf(status: ConnectionStatus): string | null {
  switch (status) {
    case "pending":
      return "Start again and sign in at the bank.";
    case "in_progress":
      return "Finish the sign-in on the bank's page.";
    case "reconnect_required":
      return "Sign in at the bank again to let new transactions arrive.";
    case "reconnect_available":
      return "Reconnect at a time that suits you.";
    case "degraded":
      return "Nothing to do: it is tried again by itself.";
    case "partially_active":
      return "Look at the last sync to see what could not be read.";
    case "expired":
      return "Connect the bank anew.";
    case "active":
    case "deleted":
      return null;
    default:
      return unreachable(status);
  }
}
