import type { App } from "../../../app.ts";
import { RateLimited } from "../../errors.ts";

/** Files that one organisation may send to one process at the same time: each holds a part in memory. */
export const uploadsAtOnceMax = 8;
const askAgainMs = 10_000;

const receiving = new Map<string, number>();

/**
 * Does `work` as one of the organisation's uploads.
 * @throws RateLimited while there are as many as may be
 */
export async function asUpload<Result>(
  app: App,
  organisationId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const others = receiving.get(organisationId) ?? 0;
  if (others >= uploadsAtOnceMax) {
    const retryAt = new Date(app.now().getTime() + askAgainMs);
    throw new RateLimited(`${others} files are being sent already: send this one later.`, retryAt);
  }
  receiving.set(organisationId, others + 1);
  try {
    return await work();
  } finally {
    const left = (receiving.get(organisationId) ?? 1) - 1;
    if (left > 0) receiving.set(organisationId, left);
    else receiving.delete(organisationId);
  }
}
