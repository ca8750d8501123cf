import type { App } from "../../app.ts";
import type { ImportJob } from "../../jobs/queue.ts";
import { giveUp } from "./receiving/give-up.ts";

/** How long a file may take to come in. */
export const uploadMsMax = 60 * 60_000;

/**
 * Runs an hour after an upload began. One that has not come in by then never will: the server that received it was
 * stopped in the middle, without a chance to say so.
 */
export async function giveUpUpload(app: App, job: ImportJob): Promise<void> {
  const { organisationId, batchId } = job;
  const refusal = { reason: "broken_off", message: "The upload was broken off." };
  await giveUp(app, { organisationId, id: batchId }, refusal);
}
