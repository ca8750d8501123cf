import type { PushOperationRow } from "./push-operation.ts";

/** What has come of an operation for now. */
export interface PushProgress {
  readonly outcome: "success" | "failed" | "waiting";
  /** Of one that is waited for, as it stands. */
  readonly operation: PushOperationRow;
}

export function waiting(operation: PushOperationRow): PushProgress {
  return { outcome: "waiting", operation };
}
