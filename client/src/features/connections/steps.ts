import type { Connection } from "./documents.ts";
import type { ConnectionAction, ConnectionStatus } from "./labels.ts";

/** A consent that ends within this many days is worth a warning. */
export const consentSoonDays = 14;

type StepsOf = Pick<Connection, "status" | "actions" | "consentDaysLeft">;

/**
 * What the server allows on a connection, what helps most first, as the server has it. Two things
 * come before that: a consent that ends soon is renewed, and where all is well, fresher data from the
 * bank is more than what the provider has already.
 */
export function stepsOf({ status, actions, consentDaysLeft }: StepsOf): ConnectionAction[] {
  const ends = consentDaysLeft !== null && consentDaysLeft <= consentSoonDays;
  const first: ConnectionAction | undefined = ends
    ? "REPAIR"
    : status === "ACTIVE" || status === "PARTIALLY_ACTIVE"
      ? "REFRESH"
      : undefined;
  if (!first || !actions.includes(first) || actions.includes("CONTINUE")) return actions;
  return [first, ...actions.filter((action) => action !== first)];
}

/** A step that one press begins; disconnecting asks first. */
export type PressedStep = Exclude<ConnectionAction, "DISCONNECT">;

export function isPressed(step: ConnectionAction): step is PressedStep {
  return step !== "DISCONNECT";
}

/** What the button of a step says. */
export function stepLabel(step: ConnectionAction, status: ConnectionStatus): string {
  switch (step) {
    case "CONTINUE":
      return "Continue at the bank";
    case "REPAIR":
      return status === "RECONNECT_REQUIRED" ? "Sign in again" : "Renew access";
    case "CONNECT_ANEW":
      return "Connect anew";
    case "REFRESH":
      return "Refresh";
    case "SYNC":
      return "Sync now";
    case "DISCONNECT":
      return status === "PENDING" || status === "IN_PROGRESS" ? "Discard…" : "Disconnect…";
  }
}
