import type { App } from "../../../app.ts";
import { isSyncable } from "../../../core/connection-status.ts";
import { spreadAfter } from "../../../core/sync-schedule.ts";
import { asOrganisation, type TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import { emit } from "../../../events/emit.ts";
import type { Jobs, SyncTrigger } from "../../../jobs/queue.ts";
import type { Credential, Provider } from "../../../providers/provider.ts";
import { type ConnectionRow, lockConnection } from "../connection.ts";
import { enqueuePostponed, enqueueRetry } from "../enqueue-sync.ts";
import { openConnection, providerOf } from "../open-connection.ts";
import { pausedUntil } from "../provider-pause.ts";
import { type SyncLoop, takeLoop } from "./loop.ts";

/** What waited for a provider's pause comes back over this long. */
export const pauseSpreadMs = 30_000;

/** One job's try at a pull. The pull itself may take several: `run` is what people see of it. */
export interface SyncAttempt {
  readonly connection: ConnectionRow;
  readonly provider: Provider;
  readonly credential: Credential;
  readonly run: { readonly id: string; readonly startedAt: Date };
  readonly loop: SyncLoop;
}

/** Begins an attempt, or answers null when there is nothing to do (any more, or yet). */
export async function beginAttempt(
  app: App,
  job: Jobs["syncConnection"],
): Promise<SyncAttempt | null> {
  const begun = await asOrganisation(app.database, job.organisationId, async (tx) => {
    const connection = await lockConnection(tx, job.connectionId);
    if (connection === null) return null;
    const running = await findRunningRun(tx, connection.id);
    if (!isSyncable(connection.status)) {
      if (running !== null) await closeRun(tx, running.id, connection.status, app.now());
      return null;
    }
    // Whoever pushes is never asked.
    if (providerOf(app, connection).description.kind === "push") return null;
    if (job.trigger === "retry" && running === null && connection.syncFailures === 0) return null;
    const pause = await pausedUntil(tx, connection.provider, app.now());
    if (pause !== null) {
      const runAt = spreadAfter(pause, pauseSpreadMs, connection.id);
      await enqueuePostponed(tx, connection.id, job.trigger, runAt);
      return null;
    }
    const { syncNotBefore } = connection;
    if (syncNotBefore !== null && syncNotBefore > app.now()) {
      await enqueueRetry(tx, connection.id, syncNotBefore);
      return null;
    }
    const run = running ?? (await createRun(tx, connection.id, job.trigger, app.now()));
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId: tx.organisationId, id: connection.id } },
      data: { lastSyncAt: app.now() },
    });
    emit(tx, { topic: "sync.progressed", connectionId: connection.id, runId: run.id });
    return { connection, run, loop: await takeLoop(tx, connection) };
  });
  if (begun === null) return null;
  const credential = await openConnection(app, begun.connection);
  if (credential === null) throw new TypeError("a syncable connection has a credential");
  return { ...begun, provider: providerOf(app, begun.connection), credential };
}

/** An earlier attempt's run, which this one continues: bounded, postponed or killed on the way. */
async function findRunningRun(tx: TenantTransaction, connectionId: string) {
  return tx.prisma.syncRun.findFirst({
    where: { organisationId: tx.organisationId, connectionId, status: "running" },
    select: { id: true, startedAt: true },
  });
}

async function createRun(
  tx: TenantTransaction,
  connectionId: string,
  trigger: SyncTrigger,
  now: Date,
) {
  return tx.prisma.syncRun.create({
    data: { id: newId(), organisationId: tx.organisationId, connectionId, trigger, startedAt: now },
    select: { id: true, startedAt: true },
  });
}

async function closeRun(tx: TenantTransaction, id: string, status: string, now: Date) {
  await tx.prisma.syncRun.update({
    where: { organisationId_id: { organisationId: tx.organisationId, id } },
    data: {
      status: "failed",
      errorMessage: `The connection became ${status.replaceAll("_", " ")}.`,
      finishedAt: now,
    },
  });
}
