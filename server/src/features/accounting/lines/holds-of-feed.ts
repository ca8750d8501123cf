import type { App } from "../../../app.ts";
import { holdReasonOf, type PushTerms } from "../../../core/accounting/plan-push.ts";
import { holdSentence } from "../../../core/accounting/push-sentences.ts";
import type { LocalDate } from "../../../core/dates.ts";
import type { Sql } from "../../../db/sql.ts";
import { findAccountingConnection } from "../accounting-connection.ts";
import type { Feed } from "../feed.ts";
import { packageOf, platformGone } from "../platform-link.ts";
import { obstacleOf } from "../preview-push.ts";
import { readBalance } from "../push/read-balances.sql.ts";
import { readFirstOpen } from "../push/unsent-lines.sql.ts";

/** What a plan decides on of one line. */
export interface UnsentLine {
  readonly id: string;
  readonly bookedOn: LocalDate;
  readonly pending: boolean;
  readonly reconciled: boolean;
}

/** Why the next push leaves a line that was not sent, as a sentence; null where it goes. */
export type HoldOf = (line: UnsentLine) => string | null;

/** Decides on single lines of a feed as a plan of all of them would, without making one. */
export async function holdsOfFeed(
  app: App,
  sql: Sql,
  feed: Feed,
  today: LocalDate,
): Promise<HoldOf> {
  const connection = await findAccountingConnection(sql, feed.connectionId);
  const platform = connection && app.platforms.find(connection.platform);
  const found = platform && packageOf(platform, connection.package);
  if (!found) return () => platformGone;
  const { rules } = found;
  const terms: PushTerms = {
    ...{ rules, today, feedStartOn: feed.feedStartOn, lastPushedOn: feed.lastPushedOn },
    balanceMinor: await readBalance(sql, feed),
    reconciledOnly: feed.pushMode === "reconciled",
  };
  const open = await readFirstOpen(sql, feed, rules, today);
  const obstacle = obstacleOf(connection.status, feed.status);
  return (line) => {
    const reason = holdReasonOf(line, terms, open !== null && isBehind(line, open));
    return reason === null ? obstacle : holdSentence(reason, rules);
  };
}

function isBehind(line: UnsentLine, place: Pick<UnsentLine, "id" | "bookedOn">): boolean {
  if (line.bookedOn !== place.bookedOn) return line.bookedOn > place.bookedOn;
  return line.id > place.id;
}
