import type { App } from "../../app.ts";
import { asOrganisation, readAsOrganisation } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import { type Jobs, type JobTry, notLast } from "../../jobs/queue.ts";
import { ThreadFailed } from "../reconciliation/runs/run-in-thread.ts";
import { type MatchReplay, readReplays, type StoredResult } from "./match-replay.ts";
import { performReplay } from "./perform-replay.ts";
import { replayInThread } from "./replay-in-thread.ts";

/** From so many decided lines on, a replay takes long enough to be felt by whoever else the process serves. */
const linesOfThreadMin = 1_000;
/** Often enough for people to see that it goes on. */
const progressMs = 250;

/**
 * The job of a replay that was asked for. It reads, and writes the replay's own row alone; begun again after a crash it
 * starts over.
 */
export async function replayMatching(
  app: App,
  { organisationId, replayId }: Jobs["replayMatching"],
  { last }: JobTry = notLast,
): Promise<void> {
  const [replay] = await readAsOrganisation(app.database, organisationId, (sql) =>
    readReplays(sql, [replayId]),
  );
  if (replay?.status !== "running") return;
  const progress = new ReplayProgress(app, organisationId, replayId);
  try {
    const result = await carryOut(app, organisationId, replay, progress);
    await progress.settle();
    await end(app, organisationId, replayId, { result });
  } catch (error) {
    await progress.settle();
    const bound = boundMet(error);
    if (last || bound !== null) {
      const failure = bound ?? "Something went wrong on our side; the log says more.";
      await end(app, organisationId, replayId, { failure });
    }
    if (bound === null) throw error;
    app.log.warn({ err: error, replayId }, "a replay met a bound");
  }
}

/** As a sentence for people; null where another try may do better. */
function boundMet(error: unknown): string | null {
  if (!(error instanceof ThreadFailed)) return null;
  switch (error.code) {
    case "OUT_OF_MEMORY":
      return "There was more history than the replay's memory holds.";
    case "TOO_LONG":
      return "It took longer than a replay may.";
    default:
      return null;
  }
}

async function carryOut(
  app: App,
  organisationId: string,
  { subject }: MatchReplay,
  progress: ReplayProgress,
): Promise<StoredResult> {
  const tell = progress.tell.bind(progress);
  const [counted] = await readAsOrganisation(app.database, organisationId, (sql) =>
    sql.query<{ large: boolean }>(
      `SELECT count(*) >= $1 AS large FROM (
         SELECT FROM bank_transaction WHERE status IN ('matched', 'part_matched', 'excluded') LIMIT $1) t`,
      [linesOfThreadMin],
    ),
  );
  if (!counted?.large) return performReplay(app.database, organisationId, subject, tell);
  const { databaseUrl } = app.config;
  return replayInThread({ databaseUrl, organisationId, subject }, tell);
}

function end(
  app: App,
  organisationId: string,
  replayId: string,
  ended: { result: StoredResult } | { failure: string },
): Promise<void> {
  return asOrganisation(app.database, organisationId, async (tx) => {
    const result = "result" in ended ? JSON.stringify(ended.result) : null;
    const failure = "failure" in ended ? ended.failure : null;
    await tx.query(
      `UPDATE match_replay SET status = $2, result = $3, failure = $4, finished_at = $5, progress = 1000
       WHERE id = $1 AND status = 'running'`,
      [replayId, failure === null ? "complete" : "failed", result, failure, app.now()],
    );
    emit(tx, { topic: "matching.changed", runIds: [], replayIds: [replayId] });
  });
}

/** How far a replay is, told at most a few times a second. Never waited for and never a reason to fail. */
class ReplayProgress {
  readonly #app: App;
  readonly #organisationId: string;
  readonly #replayId: string;
  #toldAt = performance.now();
  #telling: Promise<void> | null = null;

  constructor(app: App, organisationId: string, replayId: string) {
    this.#app = app;
    this.#organisationId = organisationId;
    this.#replayId = replayId;
  }

  tell(share: number): void {
    if (this.#telling !== null || performance.now() - this.#toldAt < progressMs) return;
    this.#toldAt = performance.now();
    this.#telling = this.#write(share).finally(() => {
      this.#telling = null;
    });
  }

  /** Waits until nothing is on its way, so that it comes before what is written last. */
  async settle(): Promise<void> {
    await this.#telling;
  }

  async #write(share: number): Promise<void> {
    try {
      await asOrganisation(this.#app.database, this.#organisationId, async (tx) => {
        await tx.query(
          "UPDATE match_replay SET progress = $2 WHERE id = $1 AND status = 'running'",
          [this.#replayId, Math.round(Math.min(1, Math.max(0, share)) * 1000)],
        );
        emit(tx, { topic: "matching.changed", runIds: [], replayIds: [this.#replayId] });
      });
    } catch (error) {
      this.#app.log.debug({ err: error }, "a replay's progress could not be told");
    }
  }
}
