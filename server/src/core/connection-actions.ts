import { unreachable } from "./assert.ts";
import type { ConnectionStatus } from "./connection-status.ts";

export const connectionActionNames = [
  /** Go on with the sign-in that has been started. */
  "continue",
  /** Pull what the provider has. */
  "sync",
  /** Ask the provider to fetch fresher data from the bank. */
  "refresh",
  /** Sign in again on the same consent. */
  "repair",
  /** Begin with a new connection: this one will not come back. */
  "connect_anew",
  "disconnect",
] as const;

export type ConnectionAction = (typeof connectionActionNames)[number];

/** What decides on what can be done about a connection. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  readonly hasCredential: boolean;
  /** A hosted sign-in has been started and its page can still be used. */
  readonly flowOpen: boolean;
  readonly supportsRefresh: boolean;
  /** False where the bank's side pushes: there is nothing to ask. */
  readonly pulls: boolean;
}

/** What can be done about a connection now, what helps most first. Buttons and refusals both follow it. */
export function connectionActions(state: ConnectionState): ConnectionAction[] {
  switch (state.status) {
    case "pending":
    case "in_progress":
      return [state.flowOpen ? "continue" : "connect_anew", "disconnect"];
    case "active":
    case "partially_active":
    case "degraded":
      return [...continued(state), ...pulled(state), ...repaired(state), "disconnect"];
    case "reconnect_available":
      return [...continued(state), ...repaired(state), ...pulled(state), "disconnect"];
    case "reconnect_required":
      return [...continued(state), ...repaired(state), "disconnect"];
    case "expired":
      return ["connect_anew", "disconnect"];
    case "deleted":
      return ["connect_anew"];
    default:
      return unreachable(state.status);
  }
}

/** What a person can do about it, as a sentence in step with the actions; null where there is nothing to do. */
export function nextStep(state: ConnectionState): string | null {
  const [first] = connectionActions(state);
  switch (state.status) {
    case "pending":
    case "in_progress":
      return first === "continue"
        ? "Finish the sign-in on the bank's page."
        : "The sign-in was not finished: connect the bank anew.";
    case "reconnect_required":
      if (first === "continue") return "Finish signing in at the bank again.";
      return first === "repair"
        ? "Sign in at the bank again to let new transactions arrive."
        : "Disconnect it and connect the bank anew.";
    case "reconnect_available":
      return first === "continue"
        ? "Finish signing in at the bank again."
        : "Reconnect at a time that suits you.";
    case "degraded":
      return "Nothing to do: it is tried again by itself.";
    case "partially_active":
      return "Look at the last sync to see what could not be read.";
    case "expired":
      return "Connect the bank anew.";
    case "active":
      return first === "continue" ? "Finish signing in at the bank again." : null;
    case "deleted":
      return null;
    default:
      return unreachable(state.status);
  }
}

/** Why an action that is not offered is refused, as a sentence. */
export function refusalOf(action: ConnectionAction, state: ConnectionState): string {
  const { status } = state;
  if (status === "deleted") return "This bank is disconnected.";
  if (status === "expired") return "This consent is over: connect the bank anew.";
  if (status === "pending" || status === "in_progress") {
    return "This bank was never connected: start again.";
  }
  if ((action === "sync" || action === "refresh") && !state.pulls) {
    return "The bank's side sends by itself: there is nothing to ask for.";
  }
  if (action === "refresh" && !state.supportsRefresh) {
    return "This provider fetches by itself and cannot be asked.";
  }
  if (status === "reconnect_required") return "Sign in at the bank again first.";
  return "That cannot be done with this connection now.";
}

function continued({ flowOpen }: ConnectionState): ConnectionAction[] {
  return flowOpen ? ["continue"] : [];
}

function pulled({ pulls, supportsRefresh }: ConnectionState): ConnectionAction[] {
  if (!pulls) return [];
  return supportsRefresh ? ["sync", "refresh"] : ["sync"];
}

function repaired({ hasCredential, pulls }: ConnectionState): ConnectionAction[] {
  return hasCredential && pulls ? ["repair"] : [];
}
