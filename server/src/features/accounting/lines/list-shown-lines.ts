import { validate as isUuid } from "uuid";
import type { App } from "../../../app.ts";
import { planPush } from "../../../core/accounting/plan-push.ts";
import type { PushedLine, PushRules } from "../../../core/accounting/push-rules.ts";
import { isLocalDate, type LocalDate, utcDay } from "../../../core/dates.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import type { Sql } from "../../../db/sql.ts";
import { InvalidInput, NotFound } from "../../errors.ts";
import {
  type ForwardArguments,
  keysetCursor,
  keysetPage,
  keysetRequest,
} from "../../keyset-page.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { findAccountingConnection } from "../accounting-connection.ts";
import { countDueLines } from "../count-due-lines.ts";
import { type Feed, findFeed } from "../feed.ts";
import { packageOf } from "../platform-link.ts";
import { readBalance, readBalances } from "../push/read-balances.sql.ts";
import { readWords } from "../push/read-words.sql.ts";
import { readUnsentPage } from "../push/unsent-lines.sql.ts";
import { countLines } from "./count-lines.ts";
import { type ShownLine, showDueLines } from "./due-lines.ts";
import { feedLineCursor, listFeedLines } from "./list-feed-lines.ts";

const planningMsMax = 30_000;

/** A page of lines with a count that is only made when it is asked for. */
export interface ShownLinePage {
  readonly rows: readonly ShownLine[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  countAll(): Promise<number>;
}

/**
 * One page of a feed's lines: of those that are or were in it, the last sent first; or, asked for alone, of those that
 * are due, in the order in which they go.
 * @throws Forbidden, NotFound, InvalidInput for due lines together with others
 */
export async function listShownLines(
  app: App,
  viewer: Viewer,
  feedId: string,
  request: { page: ForwardArguments; states: readonly ShownLine["state"][] },
): Promise<ShownLinePage> {
  const states = request.states.filter((state) => state !== "due");
  if (states.length === request.states.length) {
    const filter = { feedId, states };
    return {
      ...(await listFeedLines(app, viewer, { page: request.page, filter })),
      countAll: () => countLines(app, viewer, filter),
    };
  }
  if (states.length > 0) {
    throw new InvalidInput("Lines that are due are listed by themselves.", "states");
  }
  return listDueLines(app, viewer, feedId, request.page);
}

async function listDueLines(
  app: App,
  viewer: Viewer,
  feedId: string,
  args: ForwardArguments,
): Promise<ShownLinePage> {
  authorise(viewer, "transactions:read");
  const page = keysetRequest(
    args,
    (parts) => parts.length === 2 && isLocalDate(parts[0] ?? "") && isUuid(parts[1]),
  );
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    await sql.query(`SET LOCAL statement_timeout = ${planningMsMax}`);
    const feed = await findFeed(sql, feedId);
    const connection = feed && (await findAccountingConnection(sql, feed.connectionId));
    if (feed === null || connection === null) throw new NotFound("feed account");
    const platform = app.platforms.find(connection.platform);
    const found = platform && packageOf(platform, connection.package);
    if (!found || feed.status === "disconnected") {
      return { ...keysetPage(page, []), countAll: async () => 0 };
    }
    const today = utcDay(app.now());
    const [day = "", id = ""] = page.after ?? [];
    const after = page.after && { day, id };
    const wanted = { after, count: page.count + 1 };
    const rows = await readDuePage(sql, feed, found.rules, today, wanted);
    const worded = await readWords(sql, feed, found.rules, rows);
    return {
      ...keysetPage(page, await showDueLines(sql, feed, worded)),
      countAll: async () => (await countDueLines(app, viewer, [feed.id])).get(feed.id)?.lines ?? 0,
    };
  });
}

interface DuePage {
  readonly after: { readonly day: string; readonly id: string } | null;
  readonly count: number;
}

async function readDuePage(
  sql: Sql,
  feed: Feed,
  rules: PushRules,
  today: LocalDate,
  page: DuePage,
): Promise<PushedLine[]> {
  const lines = await readUnsentPage(sql, feed, rules, today, page);
  const balanceMinor = await readBalance(sql, feed);
  const { batches } = planPush({
    ...{ lines, settled: new Set<string>(), rules, today, balanceMinor },
    ...{ feedStartOn: feed.feedStartOn, lastPushedOn: feed.lastPushedOn },
    reconciledOnly: feed.pushMode === "reconciled",
  });
  return readBalances(sql, feed, batches.flat());
}

/** A line's place in the list that it was read from. */
export function shownLineCursor(line: ShownLine): string {
  return line.isDue
    ? keysetCursor([line.bookedOn ?? "", line.transactionId])
    : feedLineCursor(line);
}
