import { validate as isUuid } from "uuid";
import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type AuditEntry, auditColumns } from "./audit-entry.ts";

const pageSizeDefault = 50;
const pageSizeMax = 200;

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly hasNextPage: boolean;
}

/**
 * A page of the log, the newest first.
 * @param query.after an entry's cursor; the page begins behind it
 * @throws Forbidden, InvalidInput
 */
export async function listAuditEntries(
  app: App,
  viewer: Viewer,
  query: { first?: number | null; after?: string | null; subjectId?: string | null },
): Promise<AuditPage> {
  authorise(viewer, "audit:read");
  const count = query.first ?? pageSizeDefault;
  if (!Number.isInteger(count) || count < 1 || count > pageSizeMax) {
    throw new InvalidInput(`A page holds 1 to ${pageSizeMax} rows.`, "first");
  }
  const after = query.after == null ? null : readCursor(query.after);
  const subjectId = query.subjectId ?? null;
  if (subjectId !== null && !isUuid(subjectId)) return { entries: [], hasNextPage: false };
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    const found = await sql.query<AuditEntry>(
      `SELECT ${auditColumns} FROM audit_entry
       WHERE ($1::uuid IS NULL OR subject_id = $1)
         AND ($2::uuid IS NULL OR (created_at, id) <
           (SELECT created_at, id FROM audit_entry WHERE id = $2))
       ORDER BY created_at DESC, id DESC LIMIT $3`,
      [subjectId, after, count + 1],
    );
    return { entries: found.slice(0, count), hasNextPage: found.length > count };
  });
}

/**
 * What was done to each of some subjects, the newest first: one statement for a whole list.
 * The caller has made sure that the viewer may see the subjects.
 * @param subjectIds at most a page of them
 * @param countMax for each subject
 */
export async function readHistories(
  sql: Sql,
  subjectIds: readonly string[],
  countMax: number,
): Promise<Map<string, AuditEntry[]>> {
  const entries = await sql.query<AuditEntry>(
    `SELECT e.* FROM unnest($1::uuid[]) AS s (id) CROSS JOIN LATERAL (
       SELECT ${auditColumns} FROM audit_entry WHERE subject_id = s.id
       ORDER BY created_at DESC, id DESC LIMIT $2) AS e`,
    [subjectIds, countMax],
  );
  const histories = new Map<string, AuditEntry[]>(subjectIds.map((id) => [id, []]));
  for (const entry of entries) histories.get(entry.subjectId)?.push(entry);
  return histories;
}

/** The id alone: its row says when, to the microsecond that a Date would lose. */
export function auditCursor({ id }: AuditEntry): string {
  return Buffer.from(id).toString("base64url");
}

function readCursor(cursor: string): string {
  const id = cursor.length > 64 ? "" : Buffer.from(cursor, "base64url").toString();
  if (!isUuid(id)) throw new InvalidInput("This is no cursor that the list gave.", "after");
  return id;
}
