import type { LocalDate } from "../../core/dates.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { FeedState } from "../../platforms/platform.ts";
import { type Feed, feedColumns } from "./feed.ts";
import { enqueuePush } from "./push/enqueue-push.ts";
import { connectionsOfSameBooks, readFeedsBefore } from "./same-books.sql.ts";

const gone = "The feed is no longer there.";
const doubled = "Another feed goes into the same account of the books: pick another one there.";

/**
 * Takes over how feeds stand at the platform. One that a person closed here stays closed.
 * @param states all feeds of the connection
 * @returns the ids of those that have changed
 */
export async function applyFeedStates(
  tx: TenantTransaction,
  connectionId: string,
  states: readonly FeedState[],
  now: Date,
): Promise<string[]> {
  const byId = new Map(states.map((state) => [state.externalId, state]));
  const feeds = await tx.query<Feed>(
    `SELECT ${feedColumns} FROM feed_account WHERE connection_id = $1 AND disconnected_at IS NULL ORDER BY id FOR UPDATE`,
    [connectionId],
  );
  const changed: string[] = [];
  for (const feed of feeds) {
    const state = byId.get(feed.externalId);
    // Being opened at this moment by somebody else, whose answer counts.
    if (state === undefined && feed.status === "pending") continue;
    if (await applyFeedState(tx, feed, state ?? null, feeds, now)) changed.push(feed.id);
  }
  return changed;
}

/** @param state null: the platform has no such feed any more. @returns whether it has changed */
export async function applyFeedState(
  tx: TenantTransaction,
  feed: Feed,
  state: FeedState | null,
  others: readonly Feed[],
  now: Date,
): Promise<boolean> {
  // Two that a person led into one account there: neither knows the other's lines.
  const taken = state !== null && (await isTaken(tx, feed, state.targetExternalId));
  const status = taken ? "connecting" : (state?.status ?? "disconnected");
  const reason = taken ? doubled : state === null ? gone : state.reason;
  const targetExternalId = (taken ? null : state?.targetExternalId) ?? feed.targetExternalId;
  const targetName = state?.targetName ?? feed.targetName;
  // The platform may begin later than it was asked to: what it would refuse is not sent.
  const feedStartOn =
    state?.feedStartOn && state.feedStartOn > feed.feedStartOn
      ? state.feedStartOn
      : feed.feedStartOn;
  if (
    status === feed.status &&
    reason === feed.statusReason &&
    targetExternalId === feed.targetExternalId &&
    targetName === feed.targetName &&
    feedStartOn === feed.feedStartOn
  ) {
    return false;
  }
  if (feed.status === "disconnected" && others.some((other) => takesPlaceOf(other, feed))) {
    return false;
  }
  await tx.query(
    `UPDATE feed_account SET status = $2, status_reason = $3, target_external_id = $4, target_name = $5,
       feed_start_on = $6, last_pushed_on = greatest(last_pushed_on, $8), next_push_at = CASE WHEN $2 = 'disconnected' THEN NULL
         WHEN push_mode = 'scheduled' THEN coalesce(next_push_at, $7) END
     WHERE id = $1`,
    // One that comes back has missed its turns.
    [
      ...[feed.id, status, reason, targetExternalId, targetName, feedStartOn, now],
      await lastPushedBefore(tx, { ...feed, targetExternalId }),
    ],
  );
  // What was reconciled before it was connected goes without waiting for the next match.
  if (status === "connected" && feed.status !== "connected" && feed.pushMode === "reconciled") {
    await enqueuePush(tx, feed.id, { trigger: "reconciled", by: "Tieout" });
  }
  return true;
}

/** The newest line that earlier feeds pushed into the same account of the books: packages take none that is older. */
async function lastPushedBefore(tx: TenantTransaction, feed: Feed): Promise<LocalDate | null> {
  const before = feed.targetExternalId === null ? [] : await readFeedsBefore(tx, feed);
  const [row] = await tx.query<{ day: LocalDate | null }>(
    "SELECT max(last_pushed_on) AS day FROM feed_account WHERE id = ANY ($1::uuid[])",
    [before],
  );
  return row?.day ?? null;
}

/** Another feed of the same account, or into the same target, was opened since. */
function takesPlaceOf(other: Feed, feed: Feed): boolean {
  const target = feed.targetExternalId;
  return (
    other.id !== feed.id &&
    other.status !== "disconnected" &&
    (other.accountId === feed.accountId || (target !== null && other.targetExternalId === target))
  );
}

async function isTaken(
  tx: TenantTransaction,
  feed: Feed,
  targetExternalId: string | null,
): Promise<boolean> {
  if (targetExternalId === null) return false;
  const [other] = await tx.query(
    `SELECT FROM feed_account
     WHERE connection_id IN ${connectionsOfSameBooks("$1")} AND id <> $2 AND target_external_id = $3
       AND status <> 'disconnected' LIMIT 1`,
    [feed.connectionId, feed.id, targetExternalId],
  );
  return other !== undefined;
}
