import type { App } from "../../../app.ts";
import { unreachable } from "../../../core/assert.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import type { PushState } from "../../../platforms/platform.ts";
import { endOperation } from "./end-operation.sql.ts";
import { lookAgain, noteAccepted, noteTimedOut } from "./note-progress.sql.ts";
import type { PushContext } from "./push-context.ts";
import type { PushOperationRow } from "./push-operation.ts";
import { type PushProgress, waiting } from "./push-progress.ts";

/**
 * Takes over what the platform says of an operation: in its answer, when asked, or as it was found there.
 * @throws PushOvertaken
 */
export function takeTold(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
  state: PushState,
): Promise<PushProgress> {
  const now = app.now();
  return asOrganisation(app.database, context.organisationId, async (tx) => {
    switch (state.status) {
      case "pending": {
        const known = operation.status === "pending" && operation.externalKey === state.externalKey;
        return waiting(
          known
            ? await lookAgain(tx, context, operation, { now, notBefore: null })
            : await noteAccepted(tx, context, operation, state.externalKey, now),
        );
      }
      case "timed_out": {
        const problem = state.problem ?? "The platform gave up on it.";
        const timedOut =
          operation.status === "timed_out"
            ? operation
            : await noteTimedOut(tx, context, operation, { ...state, problem, now });
        return waiting(await lookAgain(tx, context, timedOut, { now, notBefore: null }));
      }
      case "success":
      case "failed": {
        const { status, problem, retryable, lineProblems, externalKey } = state;
        // A platform whose clock is ahead would have pushed it tomorrow.
        const completedAt =
          state.completedAt !== null && state.completedAt < now ? state.completedAt : now;
        const arrivedIds: string[] = [];
        await endOperation(
          tx,
          operation,
          { status, problem, retryable, lineProblems, externalKey, completedAt, arrivedIds },
          now,
        );
        return { outcome: status, operation };
      }
      default:
        return unreachable(state.status);
    }
  });
}
