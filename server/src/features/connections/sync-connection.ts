import type { App } from "../../app.ts";
import { unreachable } from "../../core/assert.ts";
import type { Jobs } from "../../jobs/queue.ts";
import { countSync, type SyncOutcome } from "../../metrics.ts";
import {
  type ProviderAccounts,
  type ProviderConnection,
  ProviderFailure,
} from "../../providers/provider.ts";
import { beginAttempt, type SyncAttempt } from "./sync/attempt.ts";
import { askAgainAt, commitPull, continueLater, failAttempt } from "./sync/finish-attempt.ts";
import { Overtaken } from "./sync/loop.ts";
import { pullPages } from "./sync/pull-pages.ts";
import { waitForProvider } from "./sync/wait-for-provider.ts";

/**
 * Pulls what changed at a provider into the books. The job's queue lets one sync of a connection run at a time; should
 * two run all the same, because one was thought dead, the one that began later wins and the other writes nothing.
 * Provider's failures are dealt with here; anything else fails the job, which Graphile Worker tries again.
 */
export async function syncConnection(app: App, job: Jobs["syncConnection"]): Promise<void> {
  const attempt = await beginAttempt(app, job);
  if (attempt === null) return;
  const { id: connectionId, provider } = attempt.connection;
  const startedAt = performance.now();
  try {
    const outcome = await run(app, attempt).catch(async (error: unknown) => {
      if (!(error instanceof ProviderFailure)) throw error;
      const { kind, detail, scope } = error;
      app.log.warn({ connectionId, kind, detail, scope }, "a sync failed at the provider");
      return (await waitForProvider(app, attempt, error))
        ? "postponed"
        : failAttempt(app, attempt, error).then(() => "failed" as const);
    });
    countSync(provider, job.trigger, outcome);
    const { trigger } = job;
    app.log.info({ connectionId, provider, trigger, outcome, ms: since(startedAt) }, "sync");
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    countSync(provider, job.trigger, "overtaken");
    app.log.warn({ connectionId }, "a sync was overtaken");
  }
}

function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

async function run(app: App, attempt: SyncAttempt): Promise<SyncOutcome> {
  // Beside the pages, so that a webhook's one new row does not wait for three calls in a row.
  const surroundings = askAround(attempt);
  const outcome = await pullPages(app, attempt);
  switch (outcome.kind) {
    case "complete": {
      const [accounts, known] = await surroundings;
      await commitPull(app, attempt, { outcome, accounts, known });
      return "succeeded";
    }
    case "bounded":
      await continueLater(app, attempt, app.now());
      return "continued";
    case "not_ready": {
      const runAt = askAgainAt(attempt, app.now());
      if (runAt === null) throw notReady();
      await continueLater(app, attempt, runAt);
      return "continued";
    }
    default:
      return unreachable(outcome);
  }
}

function askAround(attempt: SyncAttempt): Promise<[ProviderAccounts, ProviderConnection]> {
  const { provider, credential } = attempt;
  const answers = Promise.all([
    provider.fetchAccounts(credential),
    provider.fetchConnection(credential),
  ]);
  // Awaited after the pages; when those fail, their failure is the one that counts.
  answers.catch(() => {});
  return answers;
}

function notReady(): ProviderFailure {
  return new ProviderFailure({
    kind: "temporary",
    message: "The provider has not collected the transactions yet.",
    detail: "not ready",
  });
}
