/** A program of the bench: a run from the database and back, in its thread, as the job makes it. */
import { runMatching } from "../../server/src/features/reconciliation/match-transactions.ts";
import { createTestApp } from "../support/world.ts";
import { givenTask, peakMiB, tell } from "./measure-apart.ts";

export interface DatabaseTask {
  readonly databaseUrl: string;
  readonly organisationId: string;
}

export interface DatabaseResult {
  readonly seconds: number;
  readonly matched: number;
  readonly idleMiB: number;
  /** Of the process with the run's thread. */
  readonly peakMiB: number;
}

const { databaseUrl, organisationId } = givenTask<DatabaseTask>();
const app = await createTestApp(databaseUrl);
const idleMiB = process.memoryUsage().rss / 2 ** 20;
const startedAt = performance.now();
const { matched } = await runMatching(app, organisationId);
const seconds = (performance.now() - startedAt) / 1_000;
await app.close();
tell({ seconds, matched, idleMiB, peakMiB: peakMiB() } satisfies DatabaseResult);
