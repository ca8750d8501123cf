import type { Sql } from "../../../db/sql.ts";
import { Conflict, NotFound } from "../../errors.ts";

/** What is undone as one: all that a rule, a run, or both over the lines of an import decided by themselves. */
export type UndoScope = "rule" | "import" | "run";

/** The house word for each. */
export const scopeNoun = { rule: "rule", import: "import", run: "run" } as const;

/** A rule, import or run as people know it; null for a run, which has no name. */
export interface NamedScope {
  readonly name: string | null;
}

const named = {
  rule: "SELECT name, NULL AS status FROM matching_rule WHERE id = $1",
  import: "SELECT file_name AS name, NULL AS status FROM import_batch WHERE id = $1",
  run: "SELECT NULL AS name, status FROM matching_run WHERE id = $1",
} as const;

/** @returns null when there is no such rule, import or run */
export async function readScope(
  sql: Sql,
  scope: UndoScope,
  id: string,
): Promise<NamedScope | null> {
  const [row] = await sql.query<NamedScope>(named[scope], [id]);
  return row ? { name: row.name } : null;
}

/**
 * Looks the scope up, and locks a run: it is held before anything else and by nobody who holds what it decided.
 * @throws NotFound, Conflict for a run that is going on or has been undone
 */
export async function lockScope(sql: Sql, scope: UndoScope, id: string): Promise<NamedScope> {
  const lock = scope === "run" ? "FOR UPDATE" : "";
  const [row] = await sql.query<NamedScope & { status: string | null }>(`${named[scope]} ${lock}`, [
    id,
  ]);
  if (!row) throw new NotFound(scopeNoun[scope]);
  if (row.status === "running") throw new Conflict("The run is not through yet.");
  if (row.status === "undone") throw new Conflict("The run has been undone already.");
  return { name: row.name };
}

/** Lines of an import that are in the books by it. */
const linesOfImport = "SELECT id FROM bank_transaction WHERE import_batch_id = $1";

const live = "origin = 'automatic' AND voided_at IS NULL";

/** The ids of the scope's live automatic matches. Lateral, for what was written a moment ago is not analysed yet. */
export const liveMatches = {
  rule: `SELECT id FROM match WHERE rule_id = $1 AND ${live}`,
  run: `SELECT id FROM match WHERE run_id = $1 AND ${live}`,
  import: `SELECT DISTINCT m.id FROM (${linesOfImport} AND allocated_minor > 0) t
    CROSS JOIN LATERAL (SELECT match_id FROM payment WHERE transaction_id = t.id AND voided_at IS NULL OFFSET 0) p
    CROSS JOIN LATERAL (SELECT id FROM match WHERE id = p.match_id AND ${live} LIMIT 1) m`,
} as const;

const decided = "origin <> 'manual' AND voided_at IS NULL";
const sides = "id, out_transaction_id, in_transaction_id";

/** Its live transfers, but for those that a person found: id and both sides, of which one may be null. */
export const liveTransfers = {
  rule: `SELECT ${sides} FROM transfer WHERE rule_id = $1 AND ${decided}`,
  run: `SELECT ${sides} FROM transfer WHERE run_id = $1 AND ${decided}`,
  import: `SELECT DISTINCT r.* FROM (${linesOfImport}) t CROSS JOIN LATERAL (
      SELECT ${sides} FROM transfer WHERE out_transaction_id = t.id AND ${decided}
      UNION ALL SELECT ${sides} FROM transfer WHERE in_transaction_id = t.id AND ${decided} OFFSET 0
    ) r`,
} as const;

/** What its rules did and nobody has undone: id and transaction_id. */
export const liveHits = {
  rule: "SELECT id, transaction_id FROM rule_hit WHERE rule_id = $1 AND undone_at IS NULL",
  run: "SELECT id, transaction_id FROM rule_hit WHERE run_id = $1 AND undone_at IS NULL",
  import: `SELECT h.* FROM (${linesOfImport}) t CROSS JOIN LATERAL (
      SELECT id, transaction_id FROM rule_hit WHERE transaction_id = t.id AND undone_at IS NULL OFFSET 0
    ) h`,
} as const;
