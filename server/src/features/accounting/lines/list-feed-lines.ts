import { validate as isUuid } from "uuid";
import type { App } from "../../../app.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { Conditions } from "../../conditions.ts";
import { knownIdOr } from "../../ids.ts";
import {
  type ForwardArguments,
  keysetCursor,
  keysetPage,
  keysetRequest,
} from "../../keyset-page.ts";
import type { Page } from "../../paging.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { type FeedLine, type FeedLineState, feedLineColumns } from "./feed-line.ts";

export interface FeedLineFilter {
  /** Of this feed. One of the two is given. */
  readonly feedId?: string;
  /** Sent by this operation last. */
  readonly operationId?: string;
  readonly states?: readonly FeedLineState[] | null;
  /** Only lines about which the platform said something. */
  readonly onlyProblems?: boolean | null;
}

/**
 * One page of lines of a feed or of an operation, the last sent first; those that were never sent come before all.
 * @throws Forbidden, InvalidInput
 */
export async function listFeedLines(
  app: App,
  viewer: Viewer,
  request: { page: ForwardArguments; filter: FeedLineFilter },
): Promise<Page<FeedLine>> {
  authorise(viewer, "transactions:read");
  const page = keysetRequest(
    request.page,
    (parts) => parts.length === 2 && /^\d{0,18}$/.test(parts[0] ?? "") && isUuid(parts[1]),
  );
  const conditions = lineConditions(request.filter);
  if (page.after) addPlace(conditions, page.after);
  const limit = conditions.value(page.count + 1);
  const found = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<FeedLine>(
      `SELECT ${feedLineColumns} FROM feed_line l
       CROSS JOIN LATERAL (SELECT currency FROM feed_account WHERE id = l.feed_account_id LIMIT 1) f
       ${conditions.where()}
       ORDER BY l.position DESC NULLS FIRST, l.transaction_id DESC LIMIT ${limit}`,
      conditions.values,
    ),
  );
  return keysetPage(page, found);
}

/** Of feed_line as `l`. */
export function lineConditions(filter: FeedLineFilter): Conditions {
  const { feedId, operationId, states, onlyProblems } = filter;
  const conditions = new Conditions();
  if (feedId !== undefined) {
    conditions.add(`l.feed_account_id = ${conditions.value(knownIdOr(feedId, null))}::uuid`);
  }
  if (operationId !== undefined) {
    conditions.add(`l.operation_id = ${conditions.value(knownIdOr(operationId, null))}::uuid`);
  }
  if (states && states.length > 0) {
    conditions.add(`l.state IN (${[...new Set(states)].map((state) => `'${state}'`).join(", ")})`);
  }
  if (onlyProblems) conditions.add("l.problems <> '[]'");
  return conditions;
}

/** Written so that the index on a feed's positions answers it, read backwards: a line that was sent has one of its own. */
function addPlace(conditions: Conditions, [position = "", id = ""]: readonly string[]): void {
  if (position !== "") {
    conditions.add(`l.position < ${conditions.value(position)}::bigint`);
  } else {
    const before = `l.transaction_id < ${conditions.value(id)}::uuid`;
    conditions.add(`(l.position IS NOT NULL OR ${before})`);
  }
}

export function feedLineCursor({
  position,
  transactionId,
}: Pick<FeedLine, "position" | "transactionId">): string {
  return keysetCursor([position === null ? "" : String(position), transactionId]);
}
