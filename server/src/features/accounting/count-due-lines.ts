import type { App } from "../../app.ts";
import { utcDay } from "../../core/dates.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { findAccountingConnection } from "./accounting-connection.ts";
import { type Feed, findFeed } from "./feed.ts";
import { packageOf } from "./platform-link.ts";
import { planDays } from "./push/plan-days.ts";
import { readBalance } from "./push/read-balances.sql.ts";
import { readUnsentDays } from "./push/unsent-lines.sql.ts";

/** How much a push of a feed would send now. In minor units of its currency. */
export interface DueCount {
  readonly lines: number;
  readonly totalMinor: bigint;
}

const nothing: DueCount = { lines: 0, totalMinor: 0n };
const countingMsMax = 30_000;

/** What is due of each feed; nothing of one that has ended. One after another: each is a plan. @throws Forbidden */
export async function countDueLines(
  app: App,
  viewer: Viewer,
  feedIds: readonly string[],
): Promise<Map<string, DueCount>> {
  authorise(viewer, "bank_connections:read");
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    await sql.query(`SET LOCAL statement_timeout = ${countingMsMax}`);
    const counts = new Map<string, DueCount>();
    for (const feedId of feedIds) {
      const feed = await findFeed(sql, feedId);
      const ended = feed === null || feed.status === "disconnected";
      counts.set(feedId, ended ? nothing : await countDue(app, sql, feed));
    }
    return counts;
  });
}

async function countDue(app: App, sql: Sql, feed: Feed): Promise<DueCount> {
  const connection = await findAccountingConnection(sql, feed.connectionId);
  const platform = connection && app.platforms.find(connection.platform);
  const found = platform && packageOf(platform, connection.package);
  if (!found) return nothing;
  const { rules } = found;
  const today = utcDay(app.now());
  const { days } = await readUnsentDays(sql, feed, rules, today, { scope: "due", first: 0 });
  return planDays(days, {
    ...{ rules, today, feedStartOn: feed.feedStartOn, lastPushedOn: feed.lastPushedOn },
    reconciledOnly: feed.pushMode === "reconciled",
    balanceMinor: await readBalance(sql, feed),
  });
}
