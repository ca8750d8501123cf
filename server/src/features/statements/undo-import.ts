import type { App } from "../../app.ts";
import { isCurrencyCode } from "../../core/currencies.ts";
import type { Money } from "../../core/money.ts";
import {
  asOrganisation,
  readAsOrganisation,
  type TenantTransaction,
} from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import { eventIdsMax } from "../../events/topics.ts";
import type { ImportBatch } from "../../generated/prisma/client.ts";
import { reviewStatementsIn } from "../accounts/review-statements.ts";
import { recordAudit } from "../audit/record.ts";
import { voidMatchesOf } from "../connections/sync/void-matches.ts";
import { Conflict } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { batchNow, emitImportsChanged, lockBatch } from "./import-batch.ts";
import { lockAccountsOf } from "./writing/lock-accounts.ts";
import { takeBalancesBack } from "./writing/note-balances.ts";
import { withdrawMonths } from "./writing/withdraw-months.ts";

/** What undoing an import would take back. */
export interface UndoPreview {
  /** Lines that would go. */
  readonly lines: number;
  /** Lines that it added and that stay, because another import has them too. */
  readonly kept: number;
  readonly matches: number;
  readonly openItems: number;
  /** What the lines come to, without signs, by currency. */
  readonly amount: readonly Money[];
  /** Some of the matches. */
  readonly matchIds: readonly string[];
}

const sampleMax = 10;
const undoMsMax = 10 * 60_000;
/** Matched lines at once. */
const voidedMax = 5_000;
const namedLinesMax = 5_000;

/** @returns null where there is nothing to undo @throws Forbidden, NotFound */
export async function previewUndo(
  app: App,
  viewer: Viewer,
  request: { id: string },
): Promise<UndoPreview | null> {
  authorise(viewer, "statements:import");
  const [id = ""] = knownIds([request.id], "import");
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    const parameters = [viewer.organisationId, id];
    const [batch] = await sql.query(
      "SELECT FROM import_batch WHERE organisation_id = $1 AND id = $2 AND status = 'complete'",
      parameters,
    );
    if (batch === undefined) return null;
    const sums = await sql.query<{ kept: boolean; currency: string; lines: number; sum: string }>(
      `SELECT (${heldElsewhere}) AS kept, trim(t.currency) AS currency, count(*)::int AS lines,
         sum(abs(t.amount_minor))::text AS sum
       FROM bank_transaction t ${added} GROUP BY 1, 2 ORDER BY 2`,
      parameters,
    );
    const [counts] = await sql.query<{ matches: number; openItems: number }>(
      `SELECT count(DISTINCT p.match_id)::int AS matches, count(DISTINCT p.open_item_id)::int AS "openItems" ${matched}`,
      parameters,
    );
    const sample = await sql.query<{ id: string }>(
      `SELECT DISTINCT p.match_id AS id ${matched} ORDER BY 1 LIMIT ${sampleMax}`,
      parameters,
    );
    const count = (kept: boolean) =>
      sums.filter((each) => each.kept === kept).reduce((sum, { lines }) => sum + lines, 0);
    return {
      lines: count(false),
      kept: count(true),
      matches: counts?.matches ?? 0,
      openItems: counts?.openItems ?? 0,
      amount: sums.flatMap(({ kept, currency, sum }) =>
        !kept && isCurrencyCode(currency) ? [{ currency, amountMinor: BigInt(sum) }] : [],
      ),
      matchIds: sample.map((each) => each.id),
    };
  });
}

/**
 * Takes a whole import back: the lines that it added are removed (and kept on record), their matches voided, its months
 * and balances withdrawn where no other import tells them too. A line that another import in the books has too becomes that one's. Bringing the same file in
 * again brings everything back.
 * @throws Forbidden, NotFound, Conflict when it is not in the books
 */
export async function undoImport(
  app: App,
  viewer: Viewer,
  request: { id: string },
): Promise<ImportBatch> {
  authorise(viewer, "statements:import");
  const [id = ""] = knownIds([request.id], "import");
  return asOrganisation(
    app.database,
    viewer.organisationId,
    async (tx) => {
      const now = app.now();
      const where = { organisationId_id: { organisationId: tx.organisationId, id } };
      // Accounts before the import, as its writing does.
      const accounts = await lockAccountsOf(tx, id);
      const batch = await lockBatch(tx, id);
      if (batch.status !== "complete") throw new Conflict("This import is not in the books.");
      const kept = await handOver(tx, id, now);
      await voidMatches(tx, viewer, batch, now);
      const removed = await removeLines(tx, id, now);
      await takeBalancesBack(tx, id);
      await tx.prisma.importBatch.update({
        where,
        data: { status: "undone", undoneAt: now, undoneBy: viewer.actor.name },
      });
      await withdrawMonths(tx, id, now);
      for (const account of accounts) await reviewStatementsIn(tx, now, account.id);
      await recordAudit(tx, viewer, {
        action: "import.undone",
        subjectKind: "import_batch",
        subjectId: id,
        detail: { fileName: batch.fileName, removed, kept },
      });
      if (removed > 0) await enqueueMatching(tx, "import");
      emitImportsChanged(tx, [id]);
      return batchNow(tx, id);
    },
    { timeoutMs: undoMsMax },
  );
}

/** Lines `t` that are in the books by the import $2. */
const added = "WHERE t.organisation_id = $1 AND t.import_batch_id = $2 AND t.removed_at IS NULL";

/**
 * Lines `r` of other imports in the books that were taken for a line `t`. OFFSET 0 where it stands keeps it a probe for
 * each line: nobody has analysed what an import wrote a moment ago, and joined, all of its lines are walked for each one.
 */
const othersOf = `
  FROM recognised_line r
  CROSS JOIN LATERAL (
    SELECT FROM import_batch o
    WHERE o.organisation_id = $1 AND o.id = r.batch_id AND o.status = 'complete' OFFSET 0
  ) o
  WHERE r.organisation_id = $1 AND r.transaction_id = t.id AND r.parted_at IS NULL AND r.batch_id <> $2`;

const heldElsewhere = `EXISTS (SELECT ${othersOf} OFFSET 0)`;

const matched = `
  FROM bank_transaction t
  JOIN payment p ON p.organisation_id = $1 AND p.transaction_id = t.id AND p.voided_at IS NULL
  ${added} AND NOT ${heldElsewhere}`;

/** To the import that recognised them first. @returns how many */
async function handOver(tx: TenantTransaction, batchId: string, now: Date): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `WITH kept AS (
       UPDATE bank_transaction t SET import_batch_id = r.batch_id, import_position = r."position",
         import_row = r."row", updated_at = $3
       FROM (
         SELECT t.id AS transaction_id, held.* FROM bank_transaction t
         CROSS JOIN LATERAL (
           SELECT r.batch_id, r."position", r."row" ${othersOf}
           ORDER BY r.recognised_at, r.batch_id, r."position" LIMIT 1
         ) held
         ${added} OFFSET 0
       ) r
       WHERE t.organisation_id = $1 AND t.id = r.transaction_id
       RETURNING 1
     )
     SELECT count(*)::int AS count FROM kept`,
    [tx.organisationId, batchId, now],
  );
  return row?.count ?? 0;
}

async function voidMatches(
  tx: TenantTransaction,
  viewer: Viewer,
  { id, fileName }: ImportBatch,
  now: Date,
): Promise<void> {
  const reason = `The import of ${fileName.slice(0, 200)} was undone.`;
  for (;;) {
    const lines = await tx.query<{ id: string }>(
      `SELECT t.id FROM bank_transaction t ${added} AND t.allocated_minor > 0 LIMIT ${voidedMax}`,
      [tx.organisationId, id],
    );
    if (lines.length === 0) return;
    const ids = lines.map((line) => line.id);
    const reopened = await voidMatchesOf(tx, ids, reason, now, viewer);
    for (let at = 0; at < reopened.length; at += eventIdsMax) {
      const changed = reopened.slice(at, at + eventIdsMax);
      emit(tx, { topic: "bank_transactions.changed", added: [], changed, removed: [] });
    }
  }
}

/** @returns how many */
async function removeLines(tx: TenantTransaction, batchId: string, now: Date): Promise<number> {
  const [row] = await tx.query<{ count: number; ids: string[] | null }>(
    `WITH gone AS (
       UPDATE bank_transaction t SET removed_at = $3, updated_at = $3 ${added} RETURNING t.id
     )
     SELECT count(*)::int AS count,
       (SELECT array_agg(id) FROM (SELECT id FROM gone LIMIT ${namedLinesMax + 1}) named) AS ids
     FROM gone`,
    [tx.organisationId, batchId, now],
  );
  const ids = row?.ids ?? [];
  if (ids.length > namedLinesMax) {
    emit(tx, { topic: "bank_transactions.many_changed" });
    return row?.count ?? 0;
  }
  for (let at = 0; at < ids.length; at += eventIdsMax) {
    const removed = ids.slice(at, at + eventIdsMax);
    emit(tx, { topic: "bank_transactions.changed", added: [], changed: [], removed });
  }
  return ids.length;
}
