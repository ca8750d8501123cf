import type { App } from "../../../app.ts";
import { backOffMs } from "../../../core/back-off.ts";
import type { ConnectionEvent } from "../../../core/connection-status.ts";
import { nextScheduledSync } from "../../../core/sync-schedule.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { emit } from "../../../events/emit.ts";
import { countRows } from "../../../metrics.ts";
import type {
  ProviderAccounts,
  ProviderConnection,
  ProviderFailure,
} from "../../../providers/provider.ts";
import { enqueueMatching } from "../../reconciliation/enqueue-matching.ts";
import { pathOf } from "../account-path.ts";
import { type ConnectionRow, lockConnection } from "../connection.ts";
import { rhythmOf } from "../connection-state.ts";
import { enqueueNextSync, enqueueRetry, enqueueSync } from "../enqueue-sync.ts";
import { moveStatus } from "../move-status.ts";
import { settleReread } from "../reread.ts";
import { saveAccounts } from "../save-accounts.ts";
import { type AppliedChanges, applyChanges } from "./apply-changes.ts";
import type { SyncAttempt } from "./attempt.ts";
import { dropLoop, Overtaken, saveLoop } from "./loop.ts";
import type { PullOutcome } from "./pull-pages.ts";

const retry = { firstMs: 15_000, maxMs: 60 * 60_000 };
const failuresBeforeRestart = 3;
/** A provider that is not ready is asked again after half of the time that it has taken so far. */
const notReadyMs = { min: 500, max: 30_000, giveUpAfter: 10 * 60_000 };
/** 100,000 rows take a few seconds; a million must fit too. */
const commitMsMax = 5 * 60_000;

export interface Pulled {
  readonly outcome: Extract<PullOutcome, { kind: "complete" }>;
  readonly accounts: ProviderAccounts;
  readonly known: ProviderConnection;
}

/** Commits rows, cursor, accounts, status, run and events in one database transaction. @throws Overtaken */
export async function commitPull(app: App, attempt: SyncAttempt, pulled: Pulled): Promise<void> {
  const { connection, loop, provider } = attempt;
  const { organisationId } = connection;
  const path = pathOf(provider.description.kind);
  await asOrganisation(
    app.database,
    organisationId,
    async (tx) => {
      const locked = await lockOwn(tx, attempt);
      await saveLoop(tx, loop);
      await pulled.outcome.buffer.flush(tx, connection.id);
      const now = app.now();
      await saveAccounts(tx, locked, pulled.accounts.accounts, {
        now,
        complete: pulled.accounts.problems.length === 0,
        institutionId: pulled.known.institutionId,
        path,
      });
      const applied = await applyChanges(tx, { connectionId: connection.id, path }, loop, now);
      tx.afterCommit(() => countRows(connection.provider, applied));
      await finishRun(tx, attempt, applied, pulled, now);
      await tx.prisma.bankConnection.update({
        where: { organisationId_id: { organisationId, id: connection.id } },
        data: {
          cursor: loop.nextCursor,
          consentExpiresAt: pulled.known.consentExpiresAt,
          successfullyAggregatedAt:
            pulled.known.successfullyAggregatedAt ?? locked.successfullyAggregatedAt,
          syncFailures: 0,
          syncNotBefore: null,
        },
      });
      const { event, reason } = statusEvent(attempt, pulled);
      await moveStatus(tx, locked, event, reason);
      // Told while this pull ran: its pages were asked without knowing.
      if (!(await settleReread(tx, connection.id))) await enqueueSync(tx, connection.id, "webhook");
      await dropLoop(tx, connection.id);
      await enqueueNextSync(tx, connection.id, nextSyncAt(app, locked, pulled));
      if (applied.added + applied.modified + applied.removed > 0) await enqueueMatching(tx, "sync");
      emit(tx, { topic: "sync.progressed", connectionId: connection.id, runId: attempt.run.id });
      emit(tx, { topic: "bank_connection.changed", connectionId: connection.id });
    },
    { timeoutMs: commitMsMax },
  );
}

/** Notes a failed attempt; what it had staged stays for the next one. @throws Overtaken */
export async function failAttempt(
  app: App,
  attempt: SyncAttempt,
  failure: ProviderFailure,
): Promise<void> {
  const { connection, run } = attempt;
  const { organisationId } = connection;
  await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockOwn(tx, attempt);
    const failures = locked.syncFailures + 1;
    const now = app.now();
    await tx.prisma.syncRun.update({
      where: { organisationId_id: { organisationId, id: run.id } },
      data: {
        status: "failed",
        errorCode: failure.kind,
        errorMessage: failure.message,
        finishedAt: now,
      },
    });
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id: connection.id } },
      data: { syncFailures: failures, syncNotBefore: failure.retryAt },
    });
    const event = { type: "sync_failed", outcome: failure.kind } as const;
    await moveStatus(tx, locked, event, failure.message);
    // A place in the middle of a pull may be what the provider cannot serve.
    if (failures >= failuresBeforeRestart) await dropLoop(tx, connection.id);
    if (failure.kind === "temporary") {
      const backOff = now.getTime() + backOffMs(failures, Math.random(), retry);
      const runAt = new Date(Math.max(backOff, failure.retryAt?.getTime() ?? 0));
      await enqueueRetry(tx, connection.id, runAt);
    }
    emit(tx, { topic: "sync.progressed", connectionId: connection.id, runId: run.id });
    emit(tx, { topic: "bank_connection.changed", connectionId: connection.id });
  });
}

/** Leaves the run open for the next attempt, which reads on where this one stopped. @throws Overtaken */
export async function continueLater(app: App, attempt: SyncAttempt, runAt: Date): Promise<void> {
  await asOrganisation(app.database, attempt.connection.organisationId, async (tx) => {
    await lockOwn(tx, attempt);
    await enqueueRetry(tx, attempt.connection.id, runAt);
    const { connection, run } = attempt;
    emit(tx, { topic: "sync.progressed", connectionId: connection.id, runId: run.id });
  });
}

/** When to ask a provider again that was not ready; null when it has had its time. */
export function askAgainAt(attempt: SyncAttempt, now: Date): Date | null {
  const waited = now.getTime() - attempt.run.startedAt.getTime();
  if (waited > notReadyMs.giveUpAfter) return null;
  const pause = Math.min(Math.max(waited / 2, notReadyMs.min), notReadyMs.max);
  return new Date(now.getTime() + pause);
}

/** Locks the connection and makes sure that this attempt still speaks for it. */
async function lockOwn(tx: TenantTransaction, attempt: SyncAttempt): Promise<ConnectionRow> {
  const locked = await lockConnection(tx, attempt.connection.id);
  const [loop] = await tx.query<{ owner: string }>(
    "SELECT owner FROM sync_loop WHERE organisation_id = $1 AND connection_id = $2",
    [tx.organisationId, attempt.connection.id],
  );
  // Disconnecting drops the loop too.
  if (locked === null || locked.status === "deleted" || loop?.owner !== attempt.loop.owner) {
    throw new Overtaken("The sync was taken over, or its connection disconnected.");
  }
  return locked;
}

async function finishRun(
  tx: TenantTransaction,
  { run, loop }: SyncAttempt,
  applied: AppliedChanges,
  { accounts }: Pulled,
  now: Date,
): Promise<void> {
  const unread = loop.problems + accounts.problems.length;
  const first = loop.problem ?? accounts.problems[0]?.message ?? "";
  await tx.prisma.syncRun.update({
    where: { organisationId_id: { organisationId: tx.organisationId, id: run.id } },
    data: {
      status: "succeeded",
      pages: loop.pages,
      ...applied,
      errorCode: unread > 0 ? "unreadable_rows" : null,
      errorMessage: unread > 0 ? `${unread} could not be read. The first: ${first}` : null,
      finishedAt: now,
    },
  });
}

function statusEvent(
  { loop }: SyncAttempt,
  { known, accounts }: Pulled,
): { event: ConnectionEvent; reason: string | null } {
  const { failure } = known;
  // The provider still has what it fetched before, and says that it cannot fetch more.
  if (failure !== null) {
    return { event: { type: "sync_failed", outcome: failure.kind }, reason: failure.message };
  }
  const reason = loop.problem ?? accounts.problems[0]?.message ?? null;
  return reason === null
    ? { event: { type: "sync_succeeded" }, reason }
    : { event: { type: "sync_partly_succeeded" }, reason };
}

/** By the provider's rhythm: webhooks bring what is new. Sooner while the first history is still being collected. */
function nextSyncAt(app: App, connection: ConnectionRow, { outcome }: Pulled): Date {
  const now = app.now();
  const scheduled = nextScheduledSync(now, rhythmOf(app, connection), connection.id);
  if (outcome.settled) return scheduled;
  const age = Math.max(now.getTime() - connection.createdAt.getTime(), 30_000);
  return new Date(Math.min(now.getTime() + age, scheduled.getTime()));
}
