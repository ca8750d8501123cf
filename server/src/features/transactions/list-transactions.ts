import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { type Page, type PageArguments, type PageRequest, pageOf, pageRequest } from "../paging.ts";
import { readMatchesOfTransactions } from "../reconciliation/read-matches.sql.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { accountsOfTransactions } from "./accounts-of-transactions.sql.ts";
import type { BankTransaction } from "./bank-transaction.ts";
import { countTransactions } from "./count-transactions.sql.ts";
import { pageOfTransactions } from "./page-of-transactions.sql.ts";
import type { TransactionFilter } from "./transaction-filter.ts";

export interface TransactionPage extends Page<BankTransaction> {
  /** How many there are in all pages; reads them all, so only when called. */
  countAll(): Promise<number>;
}

/** What the caller will ask of each row: it is brought along, one statement for each level of the answer. */
export interface WantedOfTransactions {
  readonly account: boolean;
  readonly matches: boolean;
}

/**
 * One page of the organisation's bank transactions, the newest first.
 * @throws Forbidden, InvalidInput
 */
export async function listTransactions(
  app: App,
  viewer: Viewer,
  request: { page: PageArguments; filter: TransactionFilter; wanted: WantedOfTransactions },
): Promise<TransactionPage> {
  authorise(viewer, "transactions:read");
  const page = pageRequest(request.page);
  const { filter, wanted } = request;
  const { organisationId } = viewer;
  const found = await readAsOrganisation(app.database, organisationId, (sql) =>
    readPage(sql, page, filter, wanted),
  );
  return {
    ...pageOf(page, found),
    countAll: () =>
      readAsOrganisation(app.database, organisationId, (sql) => countTransactions(sql, filter)),
  };
}

async function readPage(
  sql: Sql,
  page: PageRequest,
  filter: TransactionFilter,
  wanted: WantedOfTransactions,
): Promise<BankTransaction[]> {
  const rows = await pageOfTransactions(sql, page, filter);
  if (rows.length === 0) return rows;
  // Not awaited one by one: the connection sends the second as soon as the first is answered.
  const [accounts, matches] = await Promise.all([
    wanted.account
      ? accountsOfTransactions(sql, [...new Set(rows.map((row) => row.accountId))])
      : null,
    wanted.matches
      ? readMatchesOfTransactions(
          sql,
          rows.map((row) => row.id),
        )
      : null,
  ]);
  for (const row of rows) {
    if (accounts) row.account = accounts.get(row.accountId);
    if (matches) row.matches = matches.get(row.id) ?? [];
  }
  return rows;
}
