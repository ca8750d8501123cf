import { setTimeout as wait } from "node:timers/promises";
import type { App } from "../../../app.ts";
import { mustBeChecked } from "../../../core/accounting/push-status.ts";
import { unreachable } from "../../../core/assert.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import { PlatformFailure } from "../../../platforms/platform.ts";
import { requireReconnect } from "../apply-link-state.ts";
import { endOperation } from "./end-operation.sql.ts";
import { type Finding, lookUpOperation } from "./look-up-operation.ts";
import { lookAgain, noteSending } from "./note-progress.sql.ts";
import type { PushContext } from "./push-context.ts";
import type { PushOperationRow } from "./push-operation.ts";
import { type PushProgress, waiting } from "./push-progress.ts";
import { sendOperation } from "./send-operation.ts";
import { standsAsSent } from "./stands-as-sent.sql.ts";
import { takeTold } from "./take-told.ts";

/**
 * How long what is not found may still come: longer than a request may take to give up, and than anybody sends after
 * having written down (see sendOperation).
 */
export const unsettledMs = 60_000;
/** An answer was refused for now so often: it ends as failed. */
const refusedSendsMax = 6;
/** Lost twice, the platform may answer this very batch the same way for hours: then it goes anew under another id. */
const lostSendsMax = 2;

/** Waits before the next looks at a batch that was sent just now: it may end at once, and mostly does within a second. */
export const looksAtOnceMs: readonly number[] = [20, 40, 80, 160, 300, 500, 900];

/**
 * Asks what became of an operation under way and takes it over. One whose fate is not known is looked up; only what is
 * found nowhere, and cannot come any more, is sent again.
 * @param waitsMs the pauses before further looks at one that is pending
 * @throws PushOvertaken
 */
export async function followOperation(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
  waitsMs: readonly number[] = [],
): Promise<PushProgress> {
  try {
    if (mustBeChecked(operation.status)) return await settle(app, context, operation);
    const { platform, link } = context.opened;
    for (let look = 0; ; look++) {
      const state = await platform.fetchPush(link, operation.externalKey ?? "");
      if (state === null) return await settle(app, context, operation);
      const pause = waitsMs[look];
      if (state.status !== "pending" || pause === undefined) {
        return await takeTold(app, context, operation, state);
      }
      await wait(pause);
    }
  } catch (error) {
    if (!(error instanceof PlatformFailure)) throw error;
    return askLater(app, context, operation, error);
  }
}

async function settle(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
): Promise<PushProgress> {
  const finding = await lookUpOperation(app, context, operation);
  switch (finding.kind) {
    case "told":
      return takeTold(app, context, operation, finding.state);
    case "found":
      return end(app, context, operation, "success", finding);
    case "unknowable":
      return waitOn(app, context, operation, null);
    case "found_in_part":
    case "absent":
      return settleAbsent(app, context, operation, finding);
    default:
      return unreachable(finding);
  }
}

async function settleAbsent(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
  finding: Extract<Finding, { kind: "absent" | "found_in_part" }>,
): Promise<PushProgress> {
  const { unsettledSince, status, sends } = operation;
  if (unsettledSince !== null) {
    const settledAt = new Date(unsettledSince.getTime() + unsettledMs);
    if (app.now() < settledAt) return waitOn(app, context, operation, settledAt);
  }
  const sendsMax = unsettledSince === null ? refusedSendsMax : lostSendsMax;
  const again = status === "sending" && finding.kind === "absent" && sends < sendsMax;
  if (!again || context.feed.status !== "connected" || context.connection.status !== "linked") {
    return end(app, context, operation, "failed", finding);
  }
  // What the bank has changed or taken back since goes anew, or not at all.
  const sending = await asOrganisation(app.database, context.organisationId, async (tx) =>
    (await standsAsSent(tx, operation.id)) ? noteSending(tx, operation, app.now()) : null,
  );
  if (sending === null) return end(app, context, operation, "failed", finding);
  return sendOperation(app, context, sending, { writtenAt: performance.now(), batch: null });
}

function end(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
  status: "success" | "failed",
  finding: Finding,
): Promise<PushProgress> {
  const now = app.now();
  const arrivedIds = finding.kind === "found_in_part" ? finding.arrivedIds : [];
  const problem = whyEnded(operation, arrivedIds.length);
  const ended = { completedAt: now, externalKey: operation.externalKey, lineProblems: [] };
  return asOrganisation(app.database, context.organisationId, async (tx) => {
    await endOperation(
      tx,
      operation,
      status === "success"
        ? { ...ended, status, problem: null, retryable: false, arrivedIds: [] }
        : { ...ended, status, problem, retryable: true, arrivedIds },
      now,
    );
    return { outcome: status, operation };
  });
}

/** As a sentence for people. */
function whyEnded({ lines, status, problem, unsettledSince }: PushOperationRow, arrived: number) {
  if (arrived > 0) return `Only ${arrived} of its ${lines} lines arrived.`;
  if (status === "sending" && unsettledSince !== null) {
    return "The platform's answer was lost, and the lines did not arrive.";
  }
  return problem ?? "The lines did not arrive.";
}

function waitOn(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
  notBefore: Date | null,
): Promise<PushProgress> {
  return asOrganisation(app.database, context.organisationId, async (tx) =>
    waiting(await lookAgain(tx, context, operation, { now: app.now(), notBefore })),
  );
}

function askLater(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
  error: PlatformFailure,
): Promise<PushProgress> {
  const { kind, detail } = error;
  app.log.warn({ operationId: operation.id, kind, detail }, "a push could not be asked about");
  return asOrganisation(app.database, context.organisationId, async (tx) => {
    if (kind === "user_action_needed") {
      await requireReconnect(tx, context.connection, error.message);
    }
    const { retryAt: notBefore } = error;
    return waiting(await lookAgain(tx, context, operation, { now: app.now(), notBefore }));
  });
}
