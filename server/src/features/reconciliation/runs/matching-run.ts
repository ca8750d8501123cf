import type { Sql } from "../../../db/sql.ts";
import type { AutomaticTrigger } from "../../../jobs/queue.ts";

/** What a run was started by. `manual` and `rule` are asked for by people and have a queue of their own. */
export type RunTrigger = AutomaticTrigger | "manual" | "rule";

export type RunStatus = "running" | "complete" | "failed" | "undone";

export type RunStep = "loading" | "rules" | "transfers" | "deciding" | "writing";

/** One run of automatic matching over everything that is open, as it is read. */
export interface MatchingRun {
  readonly id: string;
  readonly trigger: RunTrigger;
  readonly status: RunStatus;
  readonly step: RunStep | null;
  /** Of the step, 0 to 1000. */
  readonly progress: number;
  /** What it looked at. */
  readonly transactions: number;
  readonly items: number;
  /** Matches that it made. */
  readonly matched: number;
  /** Proposals that somebody or something else was faster than. */
  readonly overtaken: number;
  /** Bank transactions that rules acted on. */
  readonly ruled: number;
  readonly transfers: number;
  readonly bounded: number;
  readonly profiles: RunProfiles;
  readonly failure: string | null;
  readonly requestedBy: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly undoneAt: Date | null;
  readonly undoneBy: string | null;
}

/** By family: the profile that decided. */
export type RunProfiles = {
  readonly [family: string]: { readonly name: string; readonly version: number };
};

/** The columns of a MatchingRun, of the table `matching_run`. */
export const matchingRunColumns = `
  id, trigger, status, step, progress, transactions, items, matched, overtaken, ruled, transfers, bounded, profiles,
  failure, requested_by AS "requestedBy", started_at AS "startedAt", finished_at AS "finishedAt",
  undone_at AS "undoneAt", undone_by AS "undoneBy"`;

/** Runs by id. Ids that name nothing are left out. */
export function readMatchingRuns(sql: Sql, ids: readonly string[]): Promise<MatchingRun[]> {
  return sql.query<MatchingRun>(
    `SELECT ${matchingRunColumns} FROM matching_run WHERE id = ANY ($1::uuid[])`,
    [ids],
    "read_matching_runs",
  );
}

/** How many matches of each run still stand. */
export async function countLiveMatches(
  sql: Sql,
  runIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await sql.query<{ id: string; count: bigint }>(
    `SELECT r.id, m.count FROM unnest($1::uuid[]) AS r (id)
     CROSS JOIN LATERAL (SELECT count(*) FROM match WHERE run_id = r.id AND voided_at IS NULL) m`,
    [runIds],
  );
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}
