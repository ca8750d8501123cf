import type { TenantTransaction } from "../../db/as-organisation.ts";
import { InvalidInput, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import type { Category } from "./bank-transaction.ts";
import { readCategoriesById } from "./read-categories.ts";

/** The most bank transactions whose category is set, or put back, in one go. */
export const categorisedMax = 500;

/** Bank transactions, and the category that a person chooses for them; null for none. */
export interface CategoryChoice {
  readonly ids: readonly string[];
  readonly categoryId: string | null;
}

/** The category of a bank transaction, and whether a person chose it or a bank or a rule gave it. */
export interface CategorisedLine {
  readonly id: string;
  readonly categoryId: string | null;
  readonly byPerson: boolean;
}

/**
 * Reads what a choice names, each bank transaction once and in the order of ids, and keeps others from changing it until
 * the transaction ends. All or none: one unknown id and it throws.
 * @throws InvalidInput, NotFound
 */
export async function lockChoice(
  tx: TenantTransaction,
  choice: CategoryChoice,
): Promise<{ category: Category | null; lines: CategorisedLine[] }> {
  if (choice.ids.length === 0 || choice.ids.length > categorisedMax) {
    throw new InvalidInput(`Choose 1 to ${categorisedMax} transactions.`, "ids");
  }
  const ids = knownIds(choice.ids, "bank transaction");
  const category = choice.categoryId === null ? null : await readCategory(tx, choice.categoryId);
  const lines = await tx.query<CategorisedLine>(
    `SELECT id, category_id AS "categoryId", category_by_person AS "byPerson" FROM bank_transaction
     WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE`,
    [ids],
  );
  if (lines.length !== ids.length) throw new NotFound("bank transaction");
  return { category, lines };
}

async function readCategory(tx: TenantTransaction, id: string): Promise<Category> {
  const known = knownIds([id], "category");
  const [category] = (await readCategoriesById(tx, known)).values();
  if (!category) throw new NotFound("category");
  return category;
}
