import type { App } from "../../../app.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import type { ImportJob } from "../../../jobs/queue.ts";
import { emitImportsChanged } from "../import-batch.ts";

/** Often enough for people to see that it goes on. */
const progressMs = 250;

/**
 * How far the writing of an import is, told in transactions of its own beside the one that writes, of which nobody sees
 * anything before its end. Never waited for and never a reason to fail: it is only what people watch.
 */
export class WritingProgress {
  readonly #app: App;
  readonly #job: ImportJob;
  readonly #attempt: string;
  #toldAt = performance.now();
  #telling: Promise<void> | null = null;

  constructor(app: App, job: ImportJob, attempt: string) {
    this.#app = app;
    this.#job = job;
    this.#attempt = attempt;
  }

  tell(written: number): void {
    if (this.#telling !== null || performance.now() - this.#toldAt < progressMs) return;
    this.#toldAt = performance.now();
    this.#telling = this.#write(written).finally(() => {
      this.#telling = null;
    });
  }

  /** Waits until nothing is on its way, so that it comes before what is written last. */
  async settle(): Promise<void> {
    await this.#telling;
  }

  async #write(written: number): Promise<void> {
    const { organisationId, batchId } = this.#job;
    try {
      await asOrganisation(this.#app.database, organisationId, async (tx) => {
        await tx.query(
          `UPDATE import_batch SET rows_written = $4 WHERE organisation_id = $1 AND id = $2 AND attempt = $3`,
          [organisationId, batchId, this.#attempt, written],
        );
        emitImportsChanged(tx, [batchId]);
      });
    } catch (error) {
      this.#app.log.debug({ err: error }, "an import's progress could not be told");
    }
  }
}
