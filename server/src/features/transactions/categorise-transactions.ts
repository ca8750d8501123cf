import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudits } from "../audit/record.ts";
import { InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { BankTransaction, Category } from "./bank-transaction.ts";
import { emitTransactionsChanged } from "./emit-transactions-changed.ts";
import { readTransactions } from "./read-transactions.ts";

/** The most bank transactions that are categorised in one go. */
export const categorisedMax = 500;

/**
 * Gives bank transactions a category, or takes it away (null). From then on a sync leaves it alone. All or none:
 * one unknown id and nothing changes.
 * @throws Forbidden, InvalidInput, NotFound
 */
export async function categoriseTransactions(
  app: App,
  viewer: Viewer,
  request: { ids: readonly string[]; categoryId: string | null },
): Promise<BankTransaction[]> {
  authorise(viewer, "transactions:categorise");
  if (request.ids.length === 0 || request.ids.length > categorisedMax) {
    throw new InvalidInput(`Choose 1 to ${categorisedMax} transactions.`, "ids");
  }
  const ids = knownIds(request.ids, "bank transaction");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const category =
      request.categoryId === null ? null : await readCategory(tx, request.categoryId);
    const locked = await tx.query(
      "SELECT FROM bank_transaction WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE",
      [ids],
    );
    if (locked.length !== ids.length) throw new NotFound("bank transaction");
    const changed = await setCategory(tx, ids, category?.id ?? null, app.now());
    await recordAudits(
      tx,
      viewer,
      changed.map((subjectId) => ({
        action: "bank_transaction.categorised",
        subjectKind: "bank_transaction",
        subjectId,
        detail: { category: category?.name ?? null },
      })),
    );
    emitTransactionsChanged(tx, changed);
    const found = new Map((await readTransactions(tx, ids)).map((row) => [row.id, row]));
    return request.ids.flatMap((id) => found.get(id.toLowerCase()) ?? []);
  });
}

async function readCategory(tx: TenantTransaction, id: string): Promise<Category> {
  const [known] = knownIds([id], "category");
  const [category] = await tx.query<Category>("SELECT id, name, kind FROM category WHERE id = $1", [
    known,
  ]);
  if (!category) throw new NotFound("category");
  return category;
}

async function setCategory(
  tx: TenantTransaction,
  ids: readonly string[],
  categoryId: string | null,
  now: Date,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE bank_transaction SET category_id = $2, category_by_person = true, updated_at = $3
     WHERE id = ANY ($1::uuid[]) AND (category_id IS DISTINCT FROM $2 OR NOT category_by_person)
     RETURNING id`,
    [ids, categoryId, now],
  );
  return rows.map((row) => row.id);
}
