import type { ProfileDefinition, ProfileFamily } from "../../core/matching/profile.ts";
import type { RuleAction } from "../../core/matching/rules/rule.ts";
import type { Sql } from "../../db/sql.ts";
import type { StoredConditions } from "../reconciliation/rules/matching-rule.ts";

/** What is tried. Everything that deciding needs is in it: what it came from may change meanwhile. */
export type ReplaySubject = ProfileSubject | RuleSubjectOfReplay;

export interface ProfileSubject {
  /** `threshold`: a profile in which only the threshold or the margin is another. */
  readonly kind: "profile" | "threshold";
  readonly label: string;
  readonly family: ProfileFamily;
  /** Null for a definition that is not stored. */
  readonly profileId: string | null;
  readonly name: string;
  readonly version: number | null;
  readonly definition: ProfileDefinition;
}

export interface RuleSubjectOfReplay {
  readonly kind: "rule";
  readonly label: string;
  /** Null for a rule that is not stored. */
  readonly ruleId: string | null;
  readonly conditions: StoredConditions;
  readonly action: RuleAction;
}

export type ReplayStatus = "running" | "complete" | "failed";

/** A profile, threshold or rule tried over the organisation's own decisions. */
export interface MatchReplay {
  readonly id: string;
  readonly subject: ReplaySubject;
  readonly status: ReplayStatus;
  /** 0 to 1000. */
  readonly progress: number;
  readonly result: StoredResult | null;
  readonly failure: string | null;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly finishedAt: Date | null;
}

/** An amount as JSON holds it. */
export interface StoredMoney {
  readonly amountMinor: string;
  readonly currency: string;
}

export interface StoredFigures {
  readonly automatic: number;
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly wronglyCleared: readonly StoredMoney[];
}

export interface StoredDifference extends StoredMoney {
  readonly transactionId: string;
  readonly kind: "wrong" | "missed" | "gained" | "changed";
  readonly was: readonly string[];
  readonly would: readonly string[];
  readonly score: number | null;
  readonly message: string;
}

export interface StoredResult {
  readonly decided: number;
  readonly decidedByPeople: number;
  /** Of the decided ones, those that this very profile had matched itself. */
  readonly ofSameProfile: number;
  readonly unjudged: number;
  readonly figures: StoredFigures;
  readonly byPeople: StoredFigures;
  readonly today: StoredFigures;
  readonly differences: readonly StoredDifference[];
  readonly differenceCount: number;
  /** The oldest decisions were left out. */
  readonly bounded: boolean;
}

const columns = `id, subject, status, progress, result, failure, requested_by AS "requestedBy",
  requested_at AS "requestedAt", finished_at AS "finishedAt"`;

/** By id. Ids that name nothing are left out. */
export function readReplays(sql: Sql, ids: readonly string[]): Promise<MatchReplay[]> {
  return sql.query<MatchReplay>(`SELECT ${columns} FROM match_replay WHERE id = ANY ($1::uuid[])`, [
    ids,
  ]);
}

/** The latest, the last requested first. */
export function readLatestReplays(sql: Sql, count: number): Promise<MatchReplay[]> {
  return sql.query<MatchReplay>(
    `SELECT ${columns} FROM match_replay ORDER BY requested_at DESC, id DESC LIMIT $1`,
    [count],
  );
}
