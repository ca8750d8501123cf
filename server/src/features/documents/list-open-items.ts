import type { App } from "../../app.ts";
import { isCurrencyCode } from "../../core/currencies.ts";
import type { LocalDate } from "../../core/dates.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { OpenItemKind, OpenItemStatus } from "../../generated/prisma/enums.ts";
import { addAmountRange, addKeyset, addSearch, Conditions } from "../conditions.ts";
import { InvalidInput } from "../errors.ts";
import { knownIdOr } from "../ids.ts";
import { type Page, type PageArguments, pageOf, pageRequest } from "../paging.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type OpenItem, openItemColumns } from "./open-item.ts";

export interface OpenItemFilter {
  readonly kinds?: readonly OpenItemKind[] | null;
  readonly statuses?: readonly OpenItemStatus[] | null;
  readonly search?: string | null;
  readonly issuedFrom?: LocalDate | null;
  readonly issuedTo?: LocalDate | null;
  readonly currency?: string | null;
  /** Decimals, of the whole amount. */
  readonly amountMin?: string | null;
  readonly amountMax?: string | null;
  /** Of this block: what only its accounts can settle. */
  readonly blockId?: string | null;
  /** Demands for this unit, to this leaseholder. */
  readonly unitId?: string | null;
  readonly leaseholderId?: string | null;
}

export interface OpenItemPage extends Page<OpenItem> {
  /** How many there are in all pages; reads them all, so only when called. */
  countAll(): Promise<number>;
}

/**
 * One page of invoices, expenses and demands, the last issued first.
 * @throws Forbidden, InvalidInput
 */
export async function listOpenItems(
  app: App,
  viewer: Viewer,
  request: { page: PageArguments; filter: OpenItemFilter },
): Promise<OpenItemPage> {
  authorise(viewer, "open_items:read");
  const page = pageRequest(request.page);
  const conditions = new Conditions();
  addOpenItemFilter(conditions, request.filter);
  const counting = { where: conditions.where(), values: [...conditions.values] };
  const order = addKeyset(conditions, page, "issued_on");
  const limit = conditions.value(page.count + 1);
  const { organisationId } = viewer;
  const found = await readAsOrganisation(app.database, organisationId, (sql) =>
    sql.query<OpenItem>(
      `SELECT ${openItemColumns} FROM open_item ${conditions.where()} ${order} LIMIT ${limit}`,
      conditions.values,
    ),
  );
  return {
    ...pageOf(page, found),
    countAll: async () => {
      const [row] = await readAsOrganisation(app.database, organisationId, (sql) =>
        sql.query<{ count: bigint }>(
          `SELECT count(*) FROM open_item ${counting.where}`,
          counting.values,
        ),
      );
      return Number(row?.count ?? 0n);
    },
  };
}

function addOpenItemFilter(conditions: Conditions, filter: OpenItemFilter): void {
  const { kinds, statuses, issuedFrom, issuedTo, currency, search } = filter;
  // In the text, for partial indexes: see the filter of bank transactions.
  if (kinds && kinds.length > 0) conditions.add(`kind IN (${quoted(kinds)})`);
  if (statuses && statuses.length > 0) conditions.add(`status IN (${quoted(statuses)})`);
  if (issuedFrom) conditions.add(`issued_on >= ${conditions.value(issuedFrom)}::date`);
  if (issuedTo) conditions.add(`issued_on <= ${conditions.value(issuedTo)}::date`);
  if (currency != null) {
    if (!isCurrencyCode(currency)) throw new InvalidInput("There is no such currency.", "currency");
    conditions.add(`currency = ${conditions.value(currency)}`);
  }
  addOwner(conditions, "block_id", filter.blockId);
  addOwner(conditions, "unit_id", filter.unitId);
  if (filter.leaseholderId != null) {
    addOwner(conditions, "leaseholder_id", filter.leaseholderId);
    // Theirs are all for one unit, which has an index.
    const holder = `${conditions.value(knownIdOr(filter.leaseholderId, null))}::uuid`;
    conditions.add(`unit_id = (SELECT unit_id FROM leaseholder WHERE id = ${holder})`);
  }
  addAmountRange(conditions, "amount_minor", filter.amountMin, filter.amountMax);
  if (search) addSearch(conditions, search, ["number", "counterparty_name", "description"]);
}

function addOwner(
  conditions: Conditions,
  column: "block_id" | "unit_id" | "leaseholder_id",
  id: string | null | undefined,
): void {
  if (id == null) return;
  conditions.add(`${column} = ${conditions.value(knownIdOr(id, null))}::uuid`);
}

/** Members of a closed union, as an SQL list. */
function quoted(words: readonly (OpenItemKind | OpenItemStatus)[]): string {
  return [...new Set(words)].map((word) => `'${word}'`).join(", ");
}
