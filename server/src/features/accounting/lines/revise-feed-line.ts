import type { App } from "../../../app.ts";
import type { RevisedWords } from "../../../core/accounting/push-rules.ts";
import { Conflict, InvalidInput } from "../../errors.ts";
import type { Viewer } from "../../viewer.ts";
import { changeFeedLine, type FeedLineKey, fixedStates } from "./change-feed-line.ts";
import type { FeedLine } from "./feed-line.ts";

const charactersMax = 4_000;

/**
 * Says what is sent in place of the bank's words; null for the bank's own. A line that the package refused goes again.
 * The bank transaction itself stays as it is.
 * @throws Forbidden, NotFound, InvalidInput, Conflict for a line that is on its way, there, missing or left out
 */
export async function reviseFeedLine(
  app: App,
  viewer: Viewer,
  key: FeedLineKey,
  words: RevisedWords,
): Promise<FeedLine> {
  const revised = {
    description: read(words.description, "description"),
    counterpartyName: read(words.counterpartyName, "counterpartyName"),
    reference: read(words.reference, "reference"),
  };
  const isEmpty = Object.values(revised).every((text) => text === null);
  return changeFeedLine(app, viewer, key, async (tx, { state }) => {
    const fixed = state && fixedStates[state];
    if (fixed) throw new Conflict(fixed);
    if (state === "left_out") throw new Conflict("This line is left out: put it back first.");
    if (state === "missing") throw new Conflict("This line is missing there: put it back first.");
    await tx.query(
      `INSERT INTO feed_line AS l (organisation_id, feed_account_id, transaction_id, state, revised)
       VALUES ($1, $2, $3, 'released', $4::jsonb)
       ON CONFLICT (organisation_id, feed_account_id, transaction_id)
         DO UPDATE SET state = 'released', revised = excluded.revised`,
      [
        ...[tx.organisationId, key.feedId, key.transactionId],
        isEmpty ? null : JSON.stringify(revised),
      ],
    );
    return { action: "feed_line.revised", detail: { words: revised.description ?? "" } };
  });
}

function read(text: string | null, field: keyof RevisedWords): string | null {
  const words = text?.trim() || null;
  if (words !== null && words.length > charactersMax) {
    throw new InvalidInput(`It has at most ${charactersMax} characters.`, field);
  }
  if (words?.includes("\0")) {
    throw new InvalidInput("It holds a character that is no text.", field);
  }
  return words;
}
