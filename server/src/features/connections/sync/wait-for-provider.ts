import type { App } from "../../../app.ts";
import { spreadAfter } from "../../../core/sync-schedule.ts";
import { sqlOver } from "../../../db/sql.ts";
import type { ProviderFailure } from "../../../providers/provider.ts";
import { pauseProvider } from "../provider-pause.ts";
import { pauseSpreadMs, type SyncAttempt } from "./attempt.ts";
import { continueLater } from "./finish-attempt.ts";

/** A run that has been put off for so long counts as failed, so that people see it. */
const putOffMsMax = 2 * 60 * 60_000;

/**
 * When a provider limits the whole installation, all syncs through it wait as long as it asks, instead of each finding
 * out for itself. It is no failure of this connection: its run stays open, and is read on spread over a while.
 * @returns false for any other failure @throws Overtaken
 */
export async function waitForProvider(
  app: App,
  attempt: SyncAttempt,
  failure: ProviderFailure,
): Promise<boolean> {
  const { connection, run } = attempt;
  const { retryAt, scope } = failure;
  if (scope !== "provider" || retryAt === null) return false;
  const now = app.now();
  await pauseProvider(sqlOver(app.database.pool), connection.provider, retryAt, now);
  if (now.getTime() - run.startedAt.getTime() > putOffMsMax) return false;
  await continueLater(app, attempt, spreadAfter(retryAt, pauseSpreadMs, connection.id));
  return true;
}
