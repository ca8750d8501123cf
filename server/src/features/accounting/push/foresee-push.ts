import { type HeldCount, planPush } from "../../../core/accounting/plan-push.ts";
import type { PushedLine, PushRules } from "../../../core/accounting/push-rules.ts";
import type { LocalDate } from "../../../core/dates.ts";
import type { Sql } from "../../../db/sql.ts";
import type { Feed } from "../feed.ts";
import { planDays } from "./plan-days.ts";
import { readBalance, readBalances } from "./read-balances.sql.ts";
import { readWords } from "./read-words.sql.ts";
import { readUnsentDays } from "./unsent-lines.sql.ts";

/** What a push of a feed would send now, in figures, and its first lines as they would be sent. */
export interface ForeseenPush {
  readonly lines: number;
  readonly totalMinor: bigint;
  readonly firstOn: LocalDate | null;
  readonly lastOn: LocalDate | null;
  readonly batches: number;
  readonly held: readonly HeldCount[];
  readonly sample: readonly PushedLine[];
}

const sampleMax = 5;

/** By the package's rules and without asking the platform. */
export async function foreseePush(
  sql: Sql,
  feed: Feed,
  rules: PushRules,
  today: LocalDate,
): Promise<ForeseenPush> {
  const plan = {
    ...{ rules, today, feedStartOn: feed.feedStartOn, lastPushedOn: feed.lastPushedOn },
    ...{ reconciledOnly: feed.pushMode === "reconciled" },
    balanceMinor: await readBalance(sql, feed),
  };
  const { days, first } = await readUnsentDays(sql, feed, rules, today, {
    ...{ scope: "all", first: Math.min(sampleMax, rules.batchLinesMax) },
  });
  const { due, lines, totalMinor, held } = planDays(days, plan);
  const { batches } = planPush({ ...plan, lines: first, settled: new Set() });
  const sample = await readBalances(sql, feed, batches.flat());
  return {
    ...{ lines, totalMinor, held, batches: Math.ceil(lines / rules.batchLinesMax) },
    ...{ firstOn: due[0]?.bookedOn ?? null, lastOn: due.at(-1)?.bookedOn ?? null },
    sample: await readWords(sql, feed, rules, sample),
  };
}
