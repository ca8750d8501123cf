import type { App } from "../../../app.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import type { BegunRun } from "./begin-run.ts";
import { emitRunsChanged } from "./emit-runs-changed.ts";
import type { RunStep } from "./matching-run.ts";

/** How far a run is. */
export interface RunShare {
  readonly step: RunStep;
  /** Of the step, 0 to 1. */
  readonly share: number;
}

/** Often enough for people to see that it goes on. */
const progressMs = 250;

/**
 * How far a run is, told in database transactions of its own at most a few times a second. Never waited for and never a
 * reason to fail: it is only what people watch.
 */
export class RunProgress {
  readonly #app: App;
  readonly #run: BegunRun;
  #toldAt = performance.now();
  #telling: Promise<void> | null = null;

  constructor(app: App, run: BegunRun) {
    this.#app = app;
    this.#run = run;
  }

  tell(progress: RunShare): void {
    if (this.#telling !== null || performance.now() - this.#toldAt < progressMs) return;
    this.#toldAt = performance.now();
    this.#telling = this.#write(progress).finally(() => {
      this.#telling = null;
    });
  }

  /** Waits until nothing is on its way, so that it comes before what is written last. */
  async settle(): Promise<void> {
    await this.#telling;
  }

  async #write({ step, share }: RunShare): Promise<void> {
    const { organisationId, runId, attempt } = this.#run;
    try {
      await asOrganisation(this.#app.database, organisationId, async (tx) => {
        const [told] = await tx.query(
          `UPDATE matching_run SET step = $3, progress = $4
           WHERE id = $1 AND attempt = $2 AND status = 'running' RETURNING id`,
          [runId, attempt, step, Math.round(Math.min(1, Math.max(0, share)) * 1000)],
        );
        if (told) emitRunsChanged(tx, [runId]);
      });
    } catch (error) {
      this.#app.log.debug({ err: error }, "a run's progress could not be told");
    }
  }
}
