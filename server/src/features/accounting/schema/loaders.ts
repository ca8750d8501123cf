import { assert } from "../../../core/assert.ts";
import { batched } from "../../../graphql/batched.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import { countDueLines } from "../count-due-lines.ts";
import type { Feed } from "../feed.ts";
import { readInFeeds } from "../lines/read-in-feeds.ts";
import { type PushPreview, previewPush } from "../preview-push.ts";
import { listOperations, readOperations } from "../push/list-operations.ts";
import { readAccountingConnections } from "../read-accounting-connections.ts";
import {
  countFeedLines,
  readFeeds,
  readFeedsOfConnections,
  readLastChecks,
  readUnderWay,
} from "../read-feeds.ts";

/** An accounting connection by id, with all others that one level asks for. */
export const loadAccountingConnection = batched((context, ids) =>
  readAccountingConnections(context.app, viewerOf(context), ids),
);

/** A feed by id, with all others that one level asks for. */
export const loadFeed = batched((context, ids) => readFeeds(context.app, viewerOf(context), ids));

/** The feed that something stored belongs to. */
export async function feedOf(context: Context, id: string): Promise<Feed> {
  const feed = await loadFeed(context, id);
  assert(feed, "what belongs to a feed has one");
  return feed;
}

export const loadFeedsOfConnection = batched((context, ids) =>
  readFeedsOfConnections(context.app, viewerOf(context), ids),
);

/** A push operation by id, with all others that one level asks for. */
export const loadOperation = batched((context, ids) =>
  readOperations(context.app, viewerOf(context), ids),
);

/** How a bank transaction that may be seen stands in the feeds of its account. */
export const loadInFeeds = batched((context, ids) =>
  readInFeeds(context.app, viewerOf(context), ids),
);

export const loadUnderWay = batched((context, ids) =>
  readUnderWay(context.app, viewerOf(context), ids),
);

export const loadLastCheck = batched((context, ids) =>
  readLastChecks(context.app, viewerOf(context), ids),
);

export const loadLineCounts = batched((context, ids) =>
  countFeedLines(context.app, viewerOf(context), ids),
);

export const loadDueCount = batched((context, ids) =>
  countDueLines(context.app, viewerOf(context), ids),
);

/** What a push of a feed would do. One after another: each reads all lines of an account. */
export const loadPreview = batched<PushPreview>((context, ids) =>
  oneByOne(ids, (id) => previewPush(context.app, viewerOf(context), id)),
);

/** The one page that a document asks of each feed, each under its feed's id and what is asked. */
export const loadOperationPage = batched((context, keys) =>
  oneByOne(keys, (key) => {
    const { feedId, page } = JSON.parse(key);
    return listOperations(context.app, viewerOf(context), feedId, page);
  }),
);

/** One connection to the database for all, instead of one for each. */
async function oneByOne<Value>(
  keys: readonly string[],
  load: (key: string) => Promise<Value>,
): Promise<Map<string, Value>> {
  const found = new Map<string, Value>();
  for (const key of keys) found.set(key, await load(key));
  return found;
}
