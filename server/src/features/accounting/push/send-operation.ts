import type { App } from "../../../app.ts";
import { asOrganisation, readAsOrganisation } from "../../../db/as-organisation.ts";
import { PlatformFailure, type PlatformLine, type PushState } from "../../../platforms/platform.ts";
import { requireReconnect } from "../apply-link-state.ts";
import type { PlannedBatch } from "./begin-operation.sql.ts";
import { endOperation } from "./end-operation.sql.ts";
import { lookAgain, noteUnsent } from "./note-progress.sql.ts";
import type { PushContext } from "./push-context.ts";
import { findOperation, type PushOperationRow, PushOvertaken } from "./push-operation.ts";
import { type PushProgress, waiting } from "./push-progress.ts";
import { readBatchLines } from "./read-sent-lines.sql.ts";
import { takeTold } from "./take-told.ts";

/**
 * From being written down to the request: whoever took longer, asleep or starved, may have been taken for dead. Well
 * below what is waited before a batch that is not found goes out again.
 */
const staleMs = 5_000;

/**
 * Sends an operation that was written down as sending, and takes the answer over. An answer that did not come leaves it
 * to be looked up before anything is sent again.
 * @param sending writtenAt: performance.now() when it was written down. batch: what was, null to read it
 * @throws PushOvertaken
 */
export async function sendOperation(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
  { writtenAt, batch }: { readonly writtenAt: number; readonly batch: PlannedBatch | null },
): Promise<PushProgress> {
  const { organisationId, feed, opened } = context;
  const lines = batch
    ? linesOf(batch)
    : await readAsOrganisation(app.database, organisationId, (sql) =>
        readBatchLines(sql, operation.id),
      );
  if (performance.now() - writtenAt > staleMs) await refuseOvertaken(app, context, operation);
  let state: PushState;
  try {
    state = await opened.platform.push(opened.link, {
      reference: operation.id,
      feedExternalId: feed.externalId,
      currency: feed.currency,
      lines,
    });
  } catch (error) {
    if (!(error instanceof PlatformFailure)) throw error;
    return takeFailure(app, context, operation, error);
  }
  return takeTold(app, context, operation, state);
}

function linesOf({ lines, reconciledIds }: PlannedBatch): PlatformLine[] {
  return lines.map(({ transactionId: id, ...line }) => {
    return { id, ...line, reconciled: reconciledIds.has(id) };
  });
}

async function refuseOvertaken(
  app: App,
  { organisationId }: PushContext,
  { id, attempt }: PushOperationRow,
): Promise<void> {
  const now = await readAsOrganisation(app.database, organisationId, (sql) =>
    findOperation(sql, id),
  );
  if (now?.attempt !== attempt || now.status !== "sending") throw new PushOvertaken();
}

async function takeFailure(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
  error: PlatformFailure,
): Promise<PushProgress> {
  const { organisationId, connection } = context;
  const now = app.now();
  const { kind, detail, outcomeUnknown } = error;
  app.log.warn({ operationId: operation.id, kind, detail, outcomeUnknown }, "a push was not taken");
  return asOrganisation(app.database, organisationId, async (tx) => {
    if (kind === "user_action_needed") await requireReconnect(tx, connection, error.message);
    if (outcomeUnknown || kind === "temporary") {
      const problem = outcomeUnknown
        ? "The platform's answer was lost: whether it has the lines is being looked up."
        : error.message;
      const noted = await noteUnsent(tx, context, operation, {
        problem,
        unsettled: outcomeUnknown,
      });
      return waiting(await lookAgain(tx, context, noted, { now, notBefore: error.retryAt }));
    }
    await endOperation(
      tx,
      operation,
      {
        ...{ status: "failed", problem: error.message, retryable: kind === "user_action_needed" },
        ...{ lineProblems: [], externalKey: null, completedAt: now, arrivedIds: [] },
      },
      now,
    );
    return { outcome: "failed", operation };
  });
}
