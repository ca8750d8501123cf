import type { Sql } from "../../db/sql.ts";
import { addKeyset, Conditions } from "../conditions.ts";
import type { PageRequest } from "../paging.ts";
import { type BankTransaction, bankTransactionColumns, type Category } from "./bank-transaction.ts";
import { addTransactionFilter, type TransactionFilter } from "./transaction-filter.ts";

/**
 * One page of bank transactions with their categories. The page is taken first, by its index, and the category
 * joins to it: with the limit outside of a join the planner loses the index order under row-level security.
 *
 * @returns up to `count + 1` rows, in the order of reading
 * @throws InvalidInput for a filter that cannot be read
 */
export async function pageOfTransactions(
  sql: Sql,
  page: PageRequest,
  filter: TransactionFilter,
): Promise<BankTransaction[]> {
  const conditions = new Conditions();
  addTransactionFilter(conditions, filter);
  const order = addKeyset(conditions, page, "booked_on");
  const text = `
    SELECT page.*, c.name AS "categoryName", c.kind AS "categoryKind"
    FROM (
      SELECT ${bankTransactionColumns} FROM bank_transaction
      ${conditions.where()} ${order} LIMIT ${page.count + 1}
    ) AS page LEFT JOIN category c ON c.id = page."categoryId"
    ${order.replace("booked_on", '"bookedOn"').replace(" id", " page.id")}`;
  const rows = await sql.query<PageRow>(
    text,
    conditions.values,
    statementName(text, page, conditions),
  );
  // The rows as pg made them: copying each was a tenth of the request.
  for (const row of rows) row.category = categoryOf(row);
  return rows;
}

type PageRow = Omit<BankTransaction, "category"> & {
  category: Category | null;
  readonly categoryName: string | null;
  readonly categoryKind: string | null;
};

function categoryOf({ categoryId, categoryName, categoryKind }: PageRow): Category | null {
  if (categoryId === null || categoryName === null || categoryKind === null) return null;
  return { id: categoryId, name: categoryName, kind: categoryKind };
}

const conditionsNamedMax = 3;
const countsNamed: ReadonlySet<number> = new Set([20, 25, 50, 100, 200]);
const names = new Map<string, string>();
const namesMax = 200;

/**
 * The plain list and the usual filters are prepared once for each connection. The limit stands in the text: as a
 * parameter it would make the generic plan look dear, and PostgreSQL would plan the statement anew each time (2.8 ms).
 * Rare combinations are planned each time, so that the statements that PostgreSQL keeps stay few.
 */
function statementName(
  text: string,
  page: PageRequest,
  conditions: Conditions,
): string | undefined {
  if (conditions.count > conditionsNamedMax || !countsNamed.has(page.count)) return undefined;
  const known = names.get(text);
  if (known !== undefined || names.size >= namesMax) return known;
  const name = `page_of_transactions_${names.size}`;
  names.set(text, name);
  return name;
}
