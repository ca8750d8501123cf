import type { App } from "../../../app.ts";
import { Conflict, InvalidInput } from "../../errors.ts";
import type { Viewer } from "../../viewer.ts";
import { changeFeedLine, type FeedLineKey, fixedStates } from "./change-feed-line.ts";
import type { FeedLine } from "./feed-line.ts";

const reasonCharactersMax = 500;

/**
 * Leaves a line out of a feed, with a reason: it is not pushed.
 * @throws Forbidden, NotFound, InvalidInput, Conflict for a line that is on its way, there, or left out already
 */
export async function leaveOutFeedLine(
  app: App,
  viewer: Viewer,
  key: FeedLineKey,
  reasonGiven: string,
): Promise<FeedLine> {
  const reason = reasonGiven.trim();
  if (reason === "" || reason.length > reasonCharactersMax || reason.includes("\0")) {
    throw new InvalidInput(`A reason has 1 to ${reasonCharactersMax} characters.`, "reason");
  }
  return changeFeedLine(app, viewer, key, async (tx, { state }) => {
    const fixed = state && fixedStates[state];
    if (fixed) throw new Conflict(fixed);
    if (state === "left_out") throw new Conflict("This line is left out already.");
    await tx.query(
      `INSERT INTO feed_line AS l (organisation_id, feed_account_id, transaction_id, state, left_out_by, left_out_reason)
       VALUES ($1, $2, $3, 'left_out', $4, $5)
       ON CONFLICT (organisation_id, feed_account_id, transaction_id)
         DO UPDATE SET state = 'left_out', left_out_by = excluded.left_out_by, left_out_reason = excluded.left_out_reason`,
      [tx.organisationId, key.feedId, key.transactionId, viewer.actor.name, reason],
    );
    return { action: "feed_line.left_out", detail: { reason } };
  });
}

/**
 * Puts a line back that was left out, or that was pushed and is missing in the books: it is due again.
 * @throws Forbidden, NotFound, Conflict for any other line
 */
export async function putBackFeedLine(
  app: App,
  viewer: Viewer,
  key: FeedLineKey,
): Promise<FeedLine> {
  return changeFeedLine(app, viewer, key, async (tx, { state }) => {
    if (state !== "left_out" && state !== "missing") {
      throw new Conflict("This line is neither left out nor missing.");
    }
    await tx.query(
      `UPDATE feed_line SET state = 'released', left_out_by = NULL, left_out_reason = NULL
       WHERE feed_account_id = $1 AND transaction_id = $2`,
      [key.feedId, key.transactionId],
    );
    return { action: "feed_line.put_back", detail: {} };
  });
}
