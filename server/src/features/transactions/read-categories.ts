import type { Sql } from "../../db/sql.ts";
import type { Category } from "./bank-transaction.ts";

/** Every category of the organisation, by name. */
export async function readCategories(sql: Sql): Promise<Category[]> {
  return sql.query<Category>("SELECT id, name, kind FROM category ORDER BY name, id", []);
}

/** Categories by id. */
export async function readCategoriesById(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, Category>> {
  const rows = await sql.query<Category>(
    "SELECT id, name, kind FROM category WHERE id = ANY ($1::uuid[])",
    [ids],
  );
  return new Map(rows.map((category) => [category.id, category]));
}
