import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudits } from "../audit/record.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { BankTransaction } from "./bank-transaction.ts";
import { type CategoryChoice, lockChoice } from "./category-choice.ts";
import { emitTransactionsChanged } from "./emit-transactions-changed.ts";
import { readTransactionsInOrder } from "./read-transactions.ts";

/**
 * Gives bank transactions a category, or takes it away (null). From then on a sync leaves it alone, until the choice is
 * taken back (undoCategorisation). All or none: one unknown id and nothing changes.
 * @throws Forbidden, InvalidInput, NotFound
 */
export async function categoriseTransactions(
  app: App,
  viewer: Viewer,
  choice: CategoryChoice,
): Promise<BankTransaction[]> {
  authorise(viewer, "transactions:categorise");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const { category, lines } = await lockChoice(tx, choice);
    const categoryId = category?.id ?? null;
    const changing = lines.filter((line) => line.categoryId !== categoryId || !line.byPerson);
    const changed = changing.map(({ id }) => id);
    await tx.query(
      `UPDATE bank_transaction SET category_id = $2, category_by_person = true, updated_at = $3
       WHERE id = ANY ($1::uuid[])`,
      [changed, categoryId, app.now()],
    );
    await recordAudits(
      tx,
      viewer,
      changing.map((line) => ({
        action: "bank_transaction.categorised",
        subjectKind: "bank_transaction",
        subjectId: line.id,
        detail: {
          category: category?.name ?? null,
          // What undoCategorisation puts back.
          ...{ before: line.categoryId, beforeByPerson: line.byPerson },
        },
      })),
    );
    emitTransactionsChanged(tx, changed);
    return readTransactionsInOrder(tx, choice.ids);
  });
}
