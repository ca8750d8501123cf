import type { App } from "../../app.ts";
import type { HeldCount } from "../../core/accounting/plan-push.ts";
import type { PushedLine } from "../../core/accounting/push-rules.ts";
import { holdSentence, ruleSentences } from "../../core/accounting/push-sentences.ts";
import type { CurrencyCode } from "../../core/currencies.ts";
import { type LocalDate, utcDay } from "../../core/dates.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { NotFound } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type AccountingStatus, findAccountingConnection } from "./accounting-connection.ts";
import { type FeedStatus, findFeed } from "./feed.ts";
import { packageOf, platformGone } from "./platform-link.ts";
import { foreseePush } from "./push/foresee-push.ts";

/** What a push would send now, what it would not and why, in figures. Amounts in minor units of the feed's currency. */
export interface PushPreview {
  readonly feedId: string;
  readonly currency: CurrencyCode;
  readonly lines: number;
  readonly totalMinor: bigint;
  readonly firstOn: LocalDate | null;
  readonly lastOn: LocalDate | null;
  readonly batches: number;
  readonly held: readonly (HeldCount & { readonly sentence: string })[];
  /** The package's rules as sentences. */
  readonly rules: readonly string[];
  /** Why nothing goes at all, as a sentence; null where it can. */
  readonly obstacle: string | null;
  /** The first lines as they would be sent. */
  readonly sample: readonly PushedLine[];
}

const loadingMsMax = 30_000;

/**
 * Says what a push of a feed would do now, by the package's rules, without asking the platform.
 * @throws Forbidden, NotFound
 */
export async function previewPush(app: App, viewer: Viewer, feedId: string): Promise<PushPreview> {
  authorise(viewer, "bank_connections:read");
  const today = utcDay(app.now());
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    await sql.query(`SET LOCAL statement_timeout = ${loadingMsMax}`);
    const feed = await findFeed(sql, feedId);
    const connection = feed && (await findAccountingConnection(sql, feed.connectionId));
    if (feed === null || connection === null) throw new NotFound("feed account");
    const platform = app.platforms.find(connection.platform);
    const found = platform && packageOf(platform, connection.package);
    const nothing = { feedId: feed.id, currency: feed.currency, lines: 0, totalMinor: 0n };
    if (!found) {
      return {
        ...{ ...nothing, firstOn: null, lastOn: null, batches: 0, held: [], rules: [], sample: [] },
        obstacle: platformGone,
      };
    }
    const { rules } = found;
    const foreseen = await foreseePush(sql, feed, rules, today);
    return {
      ...nothing,
      ...foreseen,
      held: foreseen.held.map((each) => ({
        ...each,
        sentence: holdSentence(each.reason, rules),
      })),
      rules: ruleSentences(rules),
      obstacle: obstacleOf(connection.status, feed.status),
    };
  });
}

/** Why nothing goes at all, as a sentence; null where it can. */
export function obstacleOf(connection: AccountingStatus, feed: FeedStatus): string | null {
  if (connection !== "linked") return "Grant access to the books first.";
  return feed === "connected" ? null : "The feed is not connected yet.";
}
