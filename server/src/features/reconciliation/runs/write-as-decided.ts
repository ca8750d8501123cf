import { setImmediate as turn } from "node:timers/promises";
import type { App } from "../../../app.ts";
import type { EndOfSteps } from "../../../core/matching/propose-matches.ts";
import type { ProposedMatch } from "../../../core/matching/types.ts";
import { asOrganisation } from "../../../db/as-organisation.ts";
import type { Viewer } from "../../viewer.ts";
import type { BegunRun } from "./begin-run.ts";
import { changeRun } from "./change-run.ts";
import { type SeenBooks, saveChunk } from "./save-chunk.ts";

/** What came of a run. */
export interface RunOutcome {
  readonly matched: number;
  /** Proposals that somebody or something else was faster than. */
  readonly overtaken: number;
}

interface Work {
  readonly app: Pick<App, "database" | "now">;
  readonly run: BegunRun;
  readonly viewer: Viewer;
}

interface Decided {
  /** The matches as they become final. */
  readonly steps: Generator<readonly ProposedMatch[], EndOfSteps>;
  readonly seen: SeenBooks;
  /** The rule that says who paid a transaction. */
  readonly ruleOf: (transactionId: string) => string | null;
  readonly chunkSize: number;
}

/** Chunks that are written at the same time: as many as a run's thread has connections. */
const writersMax = 2;

/**
 * Lets core decide, and writes meanwhile: the database works on what is final while this thread is still thinking.
 * Whatever fails, nothing goes on behind this call.
 * @param tell the share that is written, once everything is decided
 * @throws RunOvertaken
 */
export async function writeAsDecided(
  work: Work,
  { steps, seen, ruleOf, chunkSize }: Decided,
  tell: (share: number) => void,
): Promise<RunOutcome> {
  const waiting = new ChunksWaiting(chunkSize, (proposals) =>
    saveWhole(work, { proposals, seen, ruleOf }),
  );
  const end = await decideAll(steps, waiting).catch((error: unknown) => waiting.fail(error));
  const outcome = await waiting.finish(tell);
  const bounded = end?.boundedGroups ?? 0;
  if (bounded > 0) {
    await asOrganisation(work.app.database, work.run.organisationId, (tx) =>
      changeRun(tx, work.run, "bounded = $3", [bounded]),
    );
  }
  return outcome;
}

/** @returns nothing where a writer has failed meanwhile */
async function decideAll(
  steps: Decided["steps"],
  waiting: ChunksWaiting,
): Promise<EndOfSteps | undefined> {
  while (!waiting.failed) {
    const step = steps.next();
    if (step.done) return step.value;
    waiting.add(step.value);
    // The driver sends and hears between two steps.
    await turn();
  }
  return undefined;
}

/** One chunk, in a database transaction that counts it in the run's row. @returns how many still held */
function saveWhole(
  { app, run, viewer }: Work,
  chunk: Omit<Decided, "steps" | "chunkSize"> & { proposals: readonly ProposedMatch[] },
): Promise<number> {
  return asOrganisation(app.database, run.organisationId, async (tx) => {
    const saved = await saveChunk(tx, viewer, { ...chunk, runId: run.runId, at: app.now() });
    await changeRun(tx, run, "matched = matched + $3, overtaken = overtaken + $4", [
      ...[saved, chunk.proposals.length - saved],
    ]);
    return saved;
  });
}

/** What is decided and not yet written, and the writers at work. */
class ChunksWaiting {
  readonly #chunkSize: number;
  readonly #save: (proposals: readonly ProposedMatch[]) => Promise<number>;
  readonly #writers = new Set<Promise<void>>();
  #waiting: ProposedMatch[] = [];
  #all = 0;
  #done = 0;
  #matched = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(chunkSize: number, save: (proposals: readonly ProposedMatch[]) => Promise<number>) {
    this.#chunkSize = chunkSize;
    this.#save = save;
  }

  get failed(): boolean {
    return this.#failure !== null;
  }

  /** Nothing more is begun; `finish` throws it. */
  fail(error: unknown): undefined {
    this.#failure ??= { error };
  }

  add(matches: readonly ProposedMatch[]): void {
    for (const match of matches) this.#waiting.push(match);
    this.#all += matches.length;
    this.#begin(this.#chunkSize);
  }

  /** Writes what is left. @throws what a writer met first, once none is at work any more */
  async finish(tell: (share: number) => void): Promise<RunOutcome> {
    for (;;) {
      this.#begin(1);
      if (this.#writers.size === 0) break;
      tell(this.#done / Math.max(1, this.#all));
      await Promise.race(this.#writers);
    }
    if (this.#failure !== null) throw this.#failure.error;
    return { matched: this.#matched, overtaken: this.#all - this.#matched };
  }

  /** @param sizeMin chunks that are smaller wait for more */
  #begin(sizeMin: number): void {
    while (
      this.#failure === null &&
      this.#writers.size < writersMax &&
      this.#waiting.length >= sizeMin
    ) {
      const proposals = this.#waiting.slice(0, this.#chunkSize);
      this.#waiting = this.#waiting.slice(this.#chunkSize);
      const writer = this.#write(proposals).finally(() => this.#writers.delete(writer));
      this.#writers.add(writer);
    }
  }

  async #write(proposals: readonly ProposedMatch[]): Promise<void> {
    try {
      const matched = await this.#save(proposals);
      this.#matched += matched;
      this.#done += proposals.length;
    } catch (error) {
      this.fail(error);
    }
  }
}
