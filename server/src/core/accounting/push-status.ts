export const pushStatuses = [
  /** Written down; whether the platform has it is not known yet. */
  "sending",
  /** The platform has it, and has not said what became of it. */
  "pending",
  "success",
  /** It was not taken: its lines may go again. */
  "failed",
  /** The platform gave up on it; what the books have of it must be looked up. */
  "timed_out",
] as const;

export type PushStatus = (typeof pushStatuses)[number];

/** Nothing more becomes of it. */
export function hasEnded(status: PushStatus): status is "success" | "failed" {
  return status === "success" || status === "failed";
}

/** Whether its fate must be looked up (the platform's pushes, what the books have) before its lines go again. */
export function mustBeChecked(status: PushStatus): boolean {
  return status === "sending" || status === "timed_out";
}
