import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";

/**
 * A pull under way: which attempt may add to it, and how far it has read. The pages that it has read wait in
 * `staged_change`, because a provider's cursor counts only with its last page. Both survive the attempt, so that the
 * next one reads on, and neither survives a crash of the database.
 */
export interface SyncLoop {
  readonly connectionId: string;
  readonly owner: string;
  readonly startCursor: string | null;
  nextCursor: string | null;
  pages: number;
  problems: number;
  problem: string | null;
}

/** Another attempt has taken the loop over: this one's job was thought dead. It must write nothing more. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
  readonly code = "SYNC_OVERTAKEN";
}

/** Takes over what an earlier attempt read since `cursor`, or begins there. */
export async function takeLoop(
  tx: TenantTransaction,
  connectionId: string,
  cursor: string | null,
): Promise<SyncLoop> {
  const owner = newId();
  const [loop] = await tx.query<LoopRow>(
    `INSERT INTO sync_loop AS l (organisation_id, connection_id, owner, start_cursor, next_cursor)
     VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (organisation_id, connection_id) DO UPDATE SET owner = excluded.owner
     RETURNING start_cursor, next_cursor, pages, problems, problem`,
    [tx.organisationId, connectionId, owner, cursor],
  );
  if (loop === undefined) throw new TypeError("an upsert answers its row");
  const taken = {
    connectionId,
    owner,
    startCursor: cursor,
    nextCursor: loop.next_cursor,
    pages: loop.pages,
    problems: loop.problems,
    problem: loop.problem,
  };
  if (loop.start_cursor !== cursor) await restartLoop(tx, taken);
  return taken;
}

interface LoopRow {
  start_cursor: string | null;
  next_cursor: string | null;
  pages: number;
  problems: number;
  problem: string | null;
}

/** Forgets the pages read so far: the feed changed while it was read. @throws Overtaken */
export async function restartLoop(tx: TenantTransaction, loop: SyncLoop): Promise<void> {
  await dropStaged(tx, loop.connectionId);
  Object.assign(loop, { nextCursor: loop.startCursor, pages: 0, problems: 0, problem: null });
  await saveLoop(tx, loop);
}

/** Writes how far the pull has come, in the transaction of the pages. @throws Overtaken */
export async function saveLoop(tx: TenantTransaction, loop: SyncLoop): Promise<void> {
  const saved = await tx.query(
    `UPDATE sync_loop SET start_cursor = $4, next_cursor = $5, pages = $6, problems = $7, problem = $8
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

async function dropStaged(tx: TenantTransaction, connectionId: string): Promise<void> {
  await tx.query("DELETE FROM staged_change WHERE organisation_id = $1 AND connection_id = $2", [
    tx.organisationId,
    connectionId,
  ]);
}
