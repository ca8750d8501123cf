import { setImmediate as breath } from "node:timers/promises";
import type { App } from "../../../app.ts";
import { createDecoder, type FileEncoding } from "../../../core/statements/decode.ts";
import type { StatementReader, Tell } from "../../../core/statements/statement.ts";
import type { ImportJob } from "../../../jobs/queue.ts";
import type { Identities } from "../identity.ts";
import { readStatementFile } from "../read-file.ts";
import { Collected } from "./collected.ts";
import { stageLines } from "./stage-lines.ts";

/** Taken apart in one go: some milliseconds, between which the server answers others. */
const sliceBytes = 64 * 1024;
/** Those who watch are told at most four times a second. */
const toldEveryMs = 250;

export interface ReadingPlan {
  readonly attempt: string;
  readonly encoding: FileEncoding;
  readonly identities: Identities;
  /** Lines that an earlier attempt has staged: read again, because what follows depends on them, but not staged again. */
  readonly staged: number;
  readonly open: (tell: Tell) => StatementReader;
}

/**
 * Reads an import's file from its first byte to its last, and stages its lines part by part. While the database takes
 * one part's lines, the next is read.
 * @throws ImportOvertaken
 */
export async function readLines(app: App, job: ImportJob, plan: ReadingPlan): Promise<Collected> {
  const collected = new Collected(plan.identities, plan.staged);
  const decoder = createDecoder(plan.encoding);
  const reader = plan.open(collected.tell);
  let [bytesRead, toldAt] = [0, 0];
  let staging: Promise<void> = Promise.resolve();
  for await (const part of readStatementFile(app, job.organisationId, job.batchId)) {
    for (let at = 0; at < part.length && !collected.fatal; at += sliceBytes) {
      reader.write(decoder.write(part.subarray(at, at + sliceBytes)));
      await breath();
    }
    bytesRead += part.length;
    await staging;
    if (collected.fatal) return collected;
    const now = performance.now();
    const told = now - toldAt >= toldEveryMs;
    if (told) toldAt = now;
    staging = stageLines(app, job, collected.takeRows(), {
      ...{ attempt: plan.attempt, bytesRead, linesRead: collected.lines, told },
    });
    // Awaited with the next part; until then its failure is nobody's.
    staging.catch(() => {});
  }
  reader.write(decoder.end());
  reader.end();
  await staging;
  const { lines, fatal } = collected;
  if (!fatal) {
    const rows = collected.takeRows();
    await stageLines(app, job, rows, {
      ...{ attempt: plan.attempt, bytesRead, linesRead: lines, told: false },
    });
  }
  return collected;
}
