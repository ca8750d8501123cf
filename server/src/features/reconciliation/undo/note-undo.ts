import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { emit } from "../../../events/emit.ts";
import { recordAudit } from "../../audit/record.ts";
import { emitOpenItemsChanged } from "../../documents/emit-open-items-changed.ts";
import { emitTransactionsChanged } from "../../transactions/emit-transactions-changed.ts";
import type { Viewer } from "../../viewer.ts";
import type { EndedMatches } from "../end-matches.ts";
import { emitMatchesChanged } from "../note-match-change.ts";
import { emitRunsChanged } from "../runs/emit-runs-changed.ts";
import type { UndoneDecisions } from "./undo-decisions.ts";
import type { UndoScope } from "./undo-scope.sql.ts";

/** Past so many lines at once nobody is told of each: who watches loads again. */
const toldTransactionsMax = 500;

const subjectKindOf = {
  rule: "matching_rule",
  import: "import_batch",
  run: "matching_run",
} as const;

export interface NotedUndo extends EndedMatches {
  readonly scope: UndoScope;
  /** Of the rule, import or run. */
  readonly id: string;
  readonly name: string | null;
  readonly reason: string | null;
  readonly undoId: string;
  readonly counts: UndoneDecisions;
  /** All lines that may have changed. */
  readonly transactionIds: readonly string[];
}

/** Tells the log, in one entry, and the subscribers of decisions that were undone as one. */
export async function noteUndo(
  tx: TenantTransaction,
  viewer: Viewer,
  undo: NotedUndo,
): Promise<void> {
  const { scope, id, name, reason, undoId, counts } = undo;
  await recordAudit(tx, viewer, {
    action: "decisions.undone",
    subjectKind: subjectKindOf[scope],
    subjectId: id,
    detail: { scope, undoId, ...counts, ...(name ? { name } : {}), ...(reason ? { reason } : {}) },
  });
  if (scope === "run") emitRunsChanged(tx, [id]);
  if (undo.transactionIds.length > toldTransactionsMax) {
    emit(tx, { topic: "bank_transactions.many_changed" });
    return;
  }
  emitTransactionsChanged(tx, undo.transactionIds);
  const itemIds = undo.matches.flatMap(({ payments }) => payments.map((pair) => pair.openItemId));
  emitMatchesChanged(
    tx,
    undo.matches.map((match) => match.id),
    [...new Set(itemIds)],
  );
  emitOpenItemsChanged(
    tx,
    undo.voidedItems.map((item) => item.id),
  );
}
