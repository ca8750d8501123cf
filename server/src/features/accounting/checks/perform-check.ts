import type { App } from "../../../app.ts";
import { type ComparedLine, compareArrived } from "../../../core/accounting/compare-arrived.ts";
import { plainArray, textArray } from "../../../db/array-literals.ts";
import {
  asOrganisation,
  readAsOrganisation,
  type TenantTransaction,
} from "../../../db/as-organisation.ts";
import type { CheckJob } from "../../../jobs/queue.ts";
import { PlatformFailure } from "../../../platforms/platform.ts";
import { requireReconnect } from "../apply-link-state.ts";
import type { FeedLineState } from "../lines/feed-line.ts";
import { loadPushContext, type PushContext } from "../push/push-context.ts";
import { findUnderWay } from "../push/push-operation.ts";
import { readSentLines } from "../push/read-sent-lines.sql.ts";
import { enqueueCheckAt } from "./enqueue-check.ts";
import { readBack } from "./read-back.ts";
import { saveCheck } from "./save-check.ts";

/** Lines that are written in one database transaction. */
const linesOfTransactionMax = 5_000;
const afterPushMs = 60_000;
const loadingMsMax = 2 * 60_000;

/**
 * The job: reads back everything that a feed has in the books, says of each pushed line whether it is there as it was
 * sent, and whether the total agrees. While a batch is under way it waits.
 * @throws PlatformFailure for a while, upon which the job is tried again
 */
export async function performCheck(app: App, job: CheckJob): Promise<void> {
  const { organisationId, feedId } = job;
  const context = await loadPushContext(app, organisationId, feedId);
  if (context === null || !context.opened.package.readsBack) return;
  if (context.connection.status !== "linked" || context.feed.targetExternalId === null) return;
  if (await isUnderWay(app, context)) return checkLater(app, context, job);
  try {
    const found = await readBack(context, context.feed.feedStartOn);
    // What was sent after the books were read would be missing.
    if (await isUnderWay(app, context)) return await checkLater(app, context, job);
    const sent = await readAsOrganisation(app.database, organisationId, async (sql) => {
      await sql.query(`SET LOCAL statement_timeout = ${loadingMsMax}`);
      return readSentLines(sql, feedId, null);
    });
    const comparison = compareArrived(sent, found);
    const states = new Map(sent.map(({ transactionId, state }) => [transactionId, state]));
    await saveLines(app, context, comparison.lines, states);
    await saveCheck(app, context, comparison, job.again);
  } catch (error) {
    if (!(error instanceof PlatformFailure)) throw error;
    const { kind, detail } = error;
    app.log.warn({ feedId, kind, detail }, "a feed could not be read back");
    if (kind === "temporary") throw error;
    if (kind !== "user_action_needed") return;
    await asOrganisation(app.database, organisationId, (tx) =>
      requireReconnect(tx, context.connection, error.message),
    );
  }
}

async function isUnderWay(app: App, { organisationId, feed }: PushContext): Promise<boolean> {
  const underWay = await readAsOrganisation(app.database, organisationId, (sql) =>
    findUnderWay(sql, feed.id),
  );
  return underWay !== null;
}

function checkLater(app: App, { organisationId, feed }: PushContext, job: CheckJob): Promise<void> {
  const runAt = new Date(app.now().getTime() + afterPushMs);
  const { again } = job;
  return asOrganisation(app.database, organisationId, (tx) =>
    enqueueCheckAt(tx, feed.id, { ...(again !== undefined && { again }), runAt }),
  );
}

/** Only what has changed: a feed of years is checked every day. */
async function saveLines(
  app: App,
  { organisationId, feed }: PushContext,
  lines: readonly ComparedLine[],
  states: ReadonlyMap<string, string>,
): Promise<void> {
  const changed = lines.filter(
    ({ transactionId, state }) => state !== "confirmed" || states.get(transactionId) !== state,
  );
  for (let start = 0; start < changed.length; start += linesOfTransactionMax) {
    const chunk = changed.slice(start, start + linesOfTransactionMax);
    await asOrganisation(app.database, organisationId, (tx) =>
      writeStates(tx, feed.id, chunk, app.now()),
    );
  }
}

async function writeStates(
  tx: TenantTransaction,
  feedId: string,
  lines: readonly ComparedLine[],
  now: Date,
): Promise<void> {
  const states: FeedLineState[] = lines.map(({ state }) => state);
  await tx.query(
    `UPDATE feed_line l SET state = v.state, arrived_on = v.day, arrived_minor = v.amount, arrived_description = v.words,
       checked_at = $2
     FROM unnest($3::uuid[], $4::text[], $5::date[], $6::bigint[], $7::text[]) AS v (id, state, day, amount, words)
     WHERE l.organisation_id = $8 AND l.feed_account_id = $1 AND l.transaction_id = v.id
       AND l.state IN ('pushed', 'confirmed', 'missing', 'changed')`,
    [
      ...[feedId, now],
      plainArray(lines.map(({ transactionId }) => transactionId)),
      plainArray(states),
      plainArray(lines.map(({ found }) => found?.bookedOn ?? null)),
      plainArray(lines.map(({ found }) => found?.amountMinor ?? null)),
      textArray(lines.map(({ found }) => found?.description ?? null)),
      tx.organisationId,
    ],
  );
}
