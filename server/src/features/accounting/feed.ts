import type { CurrencyCode } from "../../core/currencies.ts";
import type { LocalDate } from "../../core/dates.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { NotFound } from "../errors.ts";
import { knownIdOr } from "../ids.ts";

export const feedStatuses = ["pending", "connecting", "connected", "disconnected"] as const;
export type FeedStatus = (typeof feedStatuses)[number];

export const pushModes = ["manual", "scheduled", "reconciled"] as const;
export type PushMode = (typeof pushModes)[number];

/** One bank account that feeds one account of a company's books. */
export interface Feed {
  readonly id: string;
  readonly connectionId: string;
  readonly accountId: string;
  /** Its id at the platform. */
  readonly externalId: string;
  readonly targetExternalId: string | null;
  readonly targetName: string | null;
  readonly targetIsNew: boolean;
  readonly currency: CurrencyCode;
  readonly feedStartOn: LocalDate;
  readonly status: FeedStatus;
  readonly statusReason: string | null;
  readonly pushMode: PushMode;
  readonly pushEveryHours: number | null;
  readonly nextPushAt: Date | null;
  readonly lastPushedOn: LocalDate | null;
  readonly lastPushedAt: Date | null;
  /** How many operations there have been. */
  readonly operations: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly disconnectedAt: Date | null;
}

/** The columns of a Feed. */
export const feedColumns = `
  id, connection_id AS "connectionId", account_id AS "accountId", external_id AS "externalId",
  target_external_id AS "targetExternalId", target_name AS "targetName", target_is_new AS "targetIsNew", currency,
  feed_start_on AS "feedStartOn", status, status_reason AS "statusReason", push_mode AS "pushMode",
  push_every_hours AS "pushEveryHours", next_push_at AS "nextPushAt", last_pushed_on AS "lastPushedOn",
  last_pushed_at AS "lastPushedAt", operations, created_by AS "createdBy", created_at AS "createdAt",
  disconnected_at AS "disconnectedAt"`;

/** Null where there is none; an id that is no UUID names none. */
export async function findFeed(sql: Sql, id: string): Promise<Feed | null> {
  const [feed] = await sql.query<Feed>(`SELECT ${feedColumns} FROM feed_account WHERE id = $1`, [
    knownIdOr(id, null),
  ]);
  return feed ?? null;
}

/** Reads a feed and keeps others from changing it until the transaction ends. @throws NotFound */
export async function lockFeed(tx: TenantTransaction, id: string): Promise<Feed> {
  const [feed] = await tx.query<Feed>(
    `SELECT ${feedColumns} FROM feed_account WHERE id = $1 FOR UPDATE`,
    [knownIdOr(id, null)],
  );
  if (!feed) throw new NotFound("feed account");
  return feed;
}
