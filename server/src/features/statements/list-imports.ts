import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import type { ImportStatus } from "../../generated/prisma/enums.ts";
import { addSearch, Conditions } from "../conditions.ts";
import { knownIdOr } from "../ids.ts";
import { type Page, type PageArguments, pageOf, pageRequest } from "../paging.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type ShownImport, shownImportColumns } from "./read-imports.ts";

/** Which imports to list. Absent means all. */
export interface ImportFilter {
  /** Those that have lines of this account. */
  readonly accountId?: string | null;
  /** Those that have lines of an account of this block. */
  readonly blockId?: string | null;
  readonly statuses?: readonly ImportStatus[] | null;
  /** In the file's name. */
  readonly search?: string | null;
}

export interface ImportPage extends Page<ShownImport> {
  /** How many there are in all pages; reads them all, so only when called. */
  countAll(): Promise<number>;
}

/**
 * One page of the organisation's imports, the newest first.
 * @throws Forbidden, InvalidInput
 */
export async function listImports(
  app: App,
  viewer: Viewer,
  request: { page: PageArguments; filter: ImportFilter },
): Promise<ImportPage> {
  authorise(viewer, "transactions:read");
  const page = pageRequest(request.page);
  const conditions = new Conditions();
  addImportFilter(conditions, request.filter);
  const counting = { where: conditions.where(), values: [...conditions.values] };
  const { after, before, direction } = page;
  if (after) conditions.add(`(created_at, id) < ${placeOf(conditions, after.id)}`);
  if (before) conditions.add(`(created_at, id) > ${placeOf(conditions, before.id)}`);
  const order = direction === "forward" ? "created_at DESC, id DESC" : "created_at, id";
  const limit = conditions.value(page.count + 1);
  const read = <Result>(work: (sql: Sql) => Promise<Result>) =>
    readAsOrganisation(app.database, viewer.organisationId, work);
  const found = await read((sql) =>
    sql.query<ShownImport>(
      `SELECT ${shownImportColumns} FROM import_batch ${conditions.where()} ORDER BY ${order} LIMIT ${limit}`,
      conditions.values,
    ),
  );
  return {
    ...pageOf(page, found),
    countAll: async () => {
      const [row] = await read((sql) =>
        sql.query<{ count: bigint }>(
          `SELECT count(*) FROM import_batch ${counting.where}`,
          counting.values,
        ),
      );
      return Number(row?.count ?? 0n);
    },
  };
}

/** The database keeps moments more finely than a cursor would: it compares with the row itself, which is never deleted. */
function placeOf(conditions: Conditions, id: string): string {
  return `(SELECT created_at, id FROM import_batch WHERE id = ${conditions.value(id)}::uuid)`;
}

function addImportFilter(conditions: Conditions, filter: ImportFilter): void {
  const { accountId, blockId, statuses, search } = filter;
  if (accountId != null) {
    addAccounts(conditions, `= ${conditions.value(knownIdOr(accountId, null))}::uuid`);
  }
  if (blockId != null) {
    const block = `${conditions.value(knownIdOr(blockId, null))}::uuid`;
    addAccounts(conditions, `IN (SELECT id FROM financial_account WHERE block_id = ${block})`);
  }
  if (statuses && statuses.length > 0) {
    const words = [...new Set(statuses)].map((status) => `'${status}'`).join(", ");
    conditions.add(`status IN (${words})`);
  }
  if (search) addSearch(conditions, search, ["file_name"]);
}

function addAccounts(conditions: Conditions, isOne: string): void {
  conditions.add(`(account_id ${isOne} OR EXISTS (
    SELECT FROM import_statement s WHERE s.organisation_id = import_batch.organisation_id
      AND s.batch_id = import_batch.id AND s.account_id ${isOne}))`);
}
