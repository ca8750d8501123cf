import type { App } from "../../app.ts";
import { plainArray } from "../../db/array-literals.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudits } from "../audit/record.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { BankTransaction } from "./bank-transaction.ts";
import { type CategoryChoice, lockChoice } from "./category-choice.ts";
import { emitTransactionsChanged } from "./emit-transactions-changed.ts";
import { readTransactionsInOrder } from "./read-transactions.ts";

export interface UndoneCategorisation {
  /** They, as they are now, in the order asked for. */
  readonly transactions: BankTransaction[];
  /** How many of them stay as they are: the choice is not the viewer's, or not the last word on them any more. */
  readonly kept: number;
}

/**
 * Takes the viewer's own choice of a category back: each bank transaction has again the category that it had before, and
 * from whom it had it, so that a sync or a rule may change what no person has chosen. What has been given another
 * category since stays as it is.
 * @throws Forbidden, InvalidInput, NotFound
 */
export async function undoCategorisation(
  app: App,
  viewer: Viewer,
  choice: CategoryChoice,
): Promise<UndoneCategorisation> {
  authorise(viewer, "transactions:categorise");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const { category, lines } = await lockChoice(tx, choice);
    const chosen = lines.filter(
      (line) => line.byPerson && line.categoryId === (category?.id ?? null),
    );
    const ids = chosen.map(({ id }) => id);
    const restored = await restore(tx, viewer, ids, app.now());
    await recordAudits(
      tx,
      viewer,
      restored.map((line) => ({
        action: "bank_transaction.category_restored",
        subjectKind: "bank_transaction",
        subjectId: line.id,
        detail: { category: line.category, undone: line.undone },
      })),
    );
    emitTransactionsChanged(
      tx,
      restored.map(({ id }) => id),
    );
    return {
      transactions: await readTransactionsInOrder(tx, choice.ids),
      kept: lines.length - restored.length,
    };
  });
}

/** By the log's last word on each line's category that was not taken back itself, where it is this viewer's. */
async function restore(
  tx: TenantTransaction,
  { actor }: Viewer,
  ids: readonly string[],
  now: Date,
): Promise<{ id: string; category: string | null; undone: string }[]> {
  return tx.query(
    `UPDATE bank_transaction t SET category_id = (e.detail->>'before')::uuid,
       category_by_person = (e.detail->>'beforeByPerson')::boolean, updated_at = $4
     FROM unnest($1::uuid[]) AS l (id)
     CROSS JOIN LATERAL (
       SELECT id, actor_kind, actor_id, detail FROM audit_entry given
       WHERE subject_id = l.id AND action = 'bank_transaction.categorised' AND NOT EXISTS (
         SELECT FROM audit_entry WHERE subject_id = l.id AND action = 'bank_transaction.category_restored'
           AND detail->>'undone' = given.id::text OFFSET 0)
       ORDER BY created_at DESC, id DESC LIMIT 1) e
     WHERE t.id = l.id AND e.actor_kind = $2 AND e.actor_id IS NOT DISTINCT FROM $3
       AND jsonb_typeof(e.detail->'beforeByPerson') = 'boolean'
     RETURNING t.id, e.id AS undone, (SELECT name FROM category WHERE id = t.category_id) AS category`,
    [plainArray(ids), actor.kind, actor.id, now],
  );
}
