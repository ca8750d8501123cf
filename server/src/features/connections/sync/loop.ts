import type { LocalDate } from "../../../core/dates.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { fromDateColumn } from "../../../db/dates.ts";
import { newId } from "../../../db/ids.ts";
import type { WholeRange } from "../../../providers/provider.ts";
import type { ConnectionRow } from "../connection.ts";

/**
 * A pull under way: which attempt may add to it, and how far it has read. The pages that it has read wait in
 * `staged_change`, because a provider's cursor counts only with its last page. Both survive the attempt, so that the
 * next one reads on, and neither survives a crash of the database.
 */
export interface SyncLoop {
  readonly connectionId: string;
  readonly owner: string;
  readonly startCursor: string | null;
  /** What every page of this pull is asked with: a webhook in between must not change the question half-way. */
  readonly rereadFrom: LocalDate | null;
  nextCursor: string | null;
  pages: number;
  problems: number;
  problem: string | null;
  /** The parts of accounts that the pull reads whole. */
  whole: WholeRange[];
  /** Ids of rows that came and could not be read; null when it is not known which they are. */
  unread: string[] | null;
}

/** Another attempt has taken the loop over: this one's job was thought dead. It must write nothing more. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
  readonly code = "SYNC_OVERTAKEN";
}

/** Takes over what an earlier attempt read since the connection's cursor, or begins there. */
export async function takeLoop(
  tx: TenantTransaction,
  connection: Pick<ConnectionRow, "id" | "cursor" | "rereadFrom">,
): Promise<SyncLoop> {
  const { id: connectionId, cursor } = connection;
  const owner = newId();
  const rereadFrom = connection.rereadFrom && fromDateColumn(connection.rereadFrom);
  const [loop] = await tx.query<LoopRow>(
    `INSERT INTO sync_loop AS l (organisation_id, connection_id, owner, start_cursor, next_cursor, reread_from)
     VALUES ($1, $2, $3, $4, $4, $5)
     ON CONFLICT (organisation_id, connection_id) DO UPDATE SET owner = excluded.owner
     RETURNING start_cursor, next_cursor, pages, problems, problem, whole, unread, reread_from`,
    [tx.organisationId, connectionId, owner, cursor, rereadFrom],
  );
  if (loop === undefined) throw new TypeError("an upsert answers its row");
  // Nothing read is nothing to continue: the question may be put anew.
  if (loop.start_cursor !== cursor || loop.pages === 0) {
    const anew = { connectionId, owner, startCursor: cursor, rereadFrom, ...nothingRead(cursor) };
    await tx.query(
      `UPDATE sync_loop SET reread_from = $3, reread_again = false
       WHERE organisation_id = $1 AND connection_id = $2`,
      [tx.organisationId, connectionId, rereadFrom],
    );
    await restartLoop(tx, anew);
    return anew;
  }
  const { next_cursor: nextCursor, pages, problems, problem, whole, unread } = loop;
  return {
    ...{ connectionId, owner, startCursor: cursor, rereadFrom: loop.reread_from },
    ...{ nextCursor, pages, problems, problem, whole, unread },
  };
}

interface LoopRow {
  start_cursor: string | null;
  next_cursor: string | null;
  pages: number;
  problems: number;
  problem: string | null;
  whole: WholeRange[];
  unread: string[] | null;
  reread_from: LocalDate | null;
}

function nothingRead(nextCursor: string | null) {
  return { nextCursor, pages: 0, problems: 0, problem: null, whole: [], unread: [] };
}

/** Forgets the pages read so far: the feed changed while it was read. @throws Overtaken */
export async function restartLoop(tx: TenantTransaction, loop: SyncLoop): Promise<void> {
  await dropStaged(tx, loop.connectionId);
  Object.assign(loop, nothingRead(loop.startCursor));
  await saveLoop(tx, loop);
}

/** Writes how far the pull has come, in the transaction of the pages. @throws Overtaken */
export async function saveLoop(tx: TenantTransaction, loop: SyncLoop): Promise<void> {
  const saved = await tx.query(
    `UPDATE sync_loop SET start_cursor = $4, next_cursor = $5, pages = $6, problems = $7, problem = $8,
       whole = $9::jsonb, unread = $10::jsonb
     WHERE organisation_id = $1 AND connection_id = $2 AND owner = $3 RETURNING owner`,
    [
      tx.organisationId,
      loop.connectionId,
      loop.owner,
      loop.startCursor,
      loop.nextCursor,
      loop.pages,
      loop.problems,
      loop.problem,
      JSON.stringify(loop.whole),
      loop.unread && JSON.stringify(loop.unread),
    ],
  );
  if (saved.length === 0) throw new Overtaken("The sync was taken over by another worker.");
}

/** Ends the pull: its rows are in the books, or no longer wanted. */
export async function dropLoop(tx: TenantTransaction, connectionId: string): Promise<void> {
  await tx.query("DELETE FROM sync_loop WHERE organisation_id = $1 AND connection_id = $2", [
    tx.organisationId,
    connectionId,
  ]);
  await dropStaged(tx, connectionId);
}

/** Forgets the rows that were staged for a connection. */
export async function dropStaged(tx: TenantTransaction, connectionId: string): Promise<void> {
  await tx.query("DELETE FROM staged_change WHERE organisation_id = $1 AND connection_id = $2", [
    tx.organisationId,
    connectionId,
  ]);
}
