import type { App } from "../../../app.ts";
import { compareArrived } from "../../../core/accounting/compare-arrived.ts";
import { addDays } from "../../../core/dates.ts";
import { addAll } from "../../../core/lists.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import type { FoundPush, PushState } from "../../../platforms/platform.ts";
import { readBack } from "../checks/read-back.ts";
import { canBeReadBack } from "../platform-link.ts";
import { readFeedsBefore } from "../same-books.sql.ts";
import type { PushContext } from "./push-context.ts";
import type { PushOperationRow } from "./push-operation.ts";
import { readSentLines } from "./read-sent-lines.sql.ts";

/** What the platform and the books show of an operation whose fate is not known. */
export type Finding =
  /** The platform knows the push. */
  | { readonly kind: "told"; readonly state: PushState }
  /** All of its lines are in the books. */
  | { readonly kind: "found" }
  | { readonly kind: "found_in_part"; readonly arrivedIds: readonly string[] }
  /** Neither the platform nor, where they can be read, the books know of it. */
  | { readonly kind: "absent" }
  /** The platform gave up on it, and the books cannot be read. */
  | { readonly kind: "unknowable" };

/** Clocks differ. */
const skewMs = 2 * 60_000;
/** As compareArrived takes a line for the same one. */
const daysMovedMax = 5;

/**
 * Looks an operation up: by its key where that is known, among the platform's pushes since it was written down, and in
 * the books.
 * @throws PlatformFailure
 */
export async function lookUpOperation(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
): Promise<Finding> {
  const { feed, connection, opened } = context;
  // Another connection knows nothing of the pushes of one that was given up.
  const isOwn = feed.connectionId === connection.id;
  const state = isOwn ? await stateThere(app, context, operation) : null;
  if (state !== null && state.status !== "timed_out") return { kind: "told", state };
  const timedOut = state?.status === "timed_out" || operation.status === "timed_out";
  if (state?.status === "timed_out" && operation.status !== "timed_out") {
    return { kind: "told", state };
  }
  if (!canBeReadBack(feed, opened.package)) return { kind: timedOut ? "unknowable" : "absent" };
  return inTheBooks(app, context, operation);
}

async function stateThere(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
): Promise<PushState | null> {
  const { opened, feed } = context;
  if (operation.externalKey !== null) {
    const state = await opened.platform.fetchPush(opened.link, operation.externalKey);
    if (state !== null) return state;
  }
  const since = new Date(operation.createdAt.getTime() - skewMs);
  const pushes = await opened.platform.findPushes(opened.link, feed.externalId, since);
  const own = await ofOperation(app, context, operation, pushes);
  // Of several, because it went out more than once, the one that arrived counts.
  const [best] = own.toSorted((a, b) => rank[a.state.status] - rank[b.state.status]);
  return best?.state ?? null;
}

const rank = { success: 0, pending: 1, timed_out: 2, failed: 3 } as const;

/**
 * A push is this operation's when it bears its lines. Where the platform does not tell them: when it is no other
 * operation's and not older than those, for no other of the connection is sent while the fate of one is not known
 * (beginOperation), and one that went out twice has left a push behind that nobody knows.
 */
async function ofOperation(
  app: App,
  { organisationId, feed }: PushContext,
  operation: PushOperationRow,
  pushes: readonly FoundPush[],
): Promise<FoundPush[]> {
  if (pushes.length === 0) return [];
  const { lineIds, otherKeys } = await readAsOrganisation(
    app.database,
    organisationId,
    async (sql) => {
      const lines = await sql.query<{ id: string }>(
        "SELECT transaction_id AS id FROM feed_line WHERE operation_id = $1",
        [operation.id],
      );
      const others = await sql.query<{ key: string }>(
        `SELECT o.key FROM (SELECT id FROM feed_account WHERE connection_id = $1 OFFSET 0) f
         CROSS JOIN LATERAL (SELECT external_key AS key FROM push_operation
           WHERE feed_account_id = f.id AND id <> $2 AND external_key IS NOT NULL OFFSET 0) o`,
        [feed.connectionId, operation.id],
      );
      return {
        lineIds: new Set(lines.map((line) => line.id)),
        otherKeys: new Set(others.map((other) => other.key)),
      };
    },
  );
  const isOthers = ({ state }: FoundPush) => otherKeys.has(state.externalKey);
  const lastOther = Math.max(
    0,
    ...pushes.filter(isOthers).map((push) => push.requestedAt.getTime()),
  );
  return pushes.filter((push) => {
    if (isOthers(push)) return false;
    if (push.lineIds === null) return push.requestedAt.getTime() >= lastOther;
    return push.lineIds.some((id) => lineIds.has(id));
  });
}

async function inTheBooks(
  app: App,
  context: PushContext,
  operation: PushOperationRow,
): Promise<Finding> {
  // A package may book a line on another day.
  const from = addDays(operation.firstOn, -daysMovedMax);
  const sent = await readAsOrganisation(app.database, context.organisationId, async (sql) => {
    const lines = await readSentLines(sql, context.feed.id, from);
    for (const id of await readFeedsBefore(sql, context.feed)) {
      addAll(lines, await readSentLines(sql, id, from));
    }
    return lines;
  });
  const found = await readBack(context, from);
  const own = sent.filter((line) => line.operationId === operation.id);
  const others = sent.filter((line) => line.operationId !== operation.id);
  const all = compareArrived(sent, found);
  // Equal lines of another batch may be taken for ours and ours for theirs: what counts is how many more there are.
  const more = all.confirmed + all.changed - compareArrived(others, found).confirmed;
  const ownIds = new Set(own.map((line) => line.transactionId));
  const arrivedIds = all.lines
    .filter((line) => line.state !== "missing" && ownIds.has(line.transactionId))
    .map((line) => line.transactionId);
  if (more <= 0 || arrivedIds.length === 0) return { kind: "absent" };
  if (arrivedIds.length === own.length) return { kind: "found" };
  return { kind: "found_in_part", arrivedIds };
}
