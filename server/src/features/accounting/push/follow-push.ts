import type { App } from "../../../app.ts";
import { hasEnded } from "../../../core/accounting/push-status.ts";
import { asOrganisation, readAsOrganisation } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import type { Jobs } from "../../../jobs/queue.ts";
import { followOperation } from "./follow-operation.ts";
import { pushDue } from "./perform-push.ts";
import { loadPushContext } from "./push-context.ts";
import { findOperation, PushOvertaken, takeOperation } from "./push-operation.ts";

/**
 * The job: asks what became of an operation, on time or because a webhook said that it has ended, and goes on with what
 * is due behind it.
 */
export async function followPush(app: App, job: Jobs["followPush"]): Promise<void> {
  const { organisationId, operationId } = job;
  const seen = await readAsOrganisation(app.database, organisationId, (sql) =>
    findOperation(sql, operationId),
  );
  if (seen === null || hasEnded(seen.status)) return;
  const context = await loadPushContext(app, organisationId, seen.feedId);
  if (context === null) return;
  const operation = await asOrganisation(app.database, organisationId, (tx) =>
    takeOperation(tx, operationId, newId()),
  );
  if (operation === null) return;
  try {
    if ((await followOperation(app, context, operation)).outcome !== "success") return;
    const { trigger, createdBy } = operation;
    await pushDue(app, context, { trigger, by: createdBy, retryOf: null }, { sent: true });
  } catch (error) {
    if (!(error instanceof PushOvertaken)) throw error;
    app.log.warn({ operationId }, "a push was overtaken");
  }
}
