import { validate as isUuid } from "uuid";
import type { App } from "../../../app.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { NotFound } from "../../errors.ts";
import { knownIdOr } from "../../ids.ts";
import {
  type ForwardArguments,
  keysetCursor,
  keysetPage,
  keysetRequest,
} from "../../keyset-page.ts";
import type { Page } from "../../paging.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { findFeed } from "../feed.ts";
import { type PushOperation, pushOperationColumns } from "./push-operation.ts";

/** One page of a feed's operations, the last first. @throws Forbidden, NotFound, InvalidInput */
export async function listOperations(
  app: App,
  viewer: Viewer,
  feedId: string,
  args: ForwardArguments,
): Promise<Page<PushOperation>> {
  authorise(viewer, "bank_connections:read");
  const page = keysetRequest(
    args,
    (parts) => parts.length === 1 && /^\d{1,9}$/.test(parts[0] ?? ""),
  );
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    if ((await findFeed(sql, feedId)) === null) throw new NotFound("feed account");
    const found = await sql.query<PushOperation>(
      `SELECT ${pushOperationColumns} FROM push_operation
       WHERE feed_account_id = $1 AND ($2::int IS NULL OR number < $2::int) ORDER BY number DESC LIMIT $3`,
      [feedId, page.after?.[0] ?? null, page.count + 1],
    );
    return keysetPage(page, found);
  });
}

export function operationCursor({ number }: PushOperation): string {
  return keysetCursor([String(number)]);
}

/** Operations by id; ids that are none of the organisation's are left out. @throws Forbidden */
export async function readOperations(
  app: App,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Map<string, PushOperation>> {
  authorise(viewer, "bank_connections:read");
  const rows = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<PushOperation>(
      `SELECT ${pushOperationColumns} FROM push_operation WHERE id = ANY ($1::uuid[])`,
      [ids.filter((id) => isUuid(id)).map((id) => knownIdOr(id, id))],
    ),
  );
  return new Map(rows.map((row) => [row.id, row]));
}
