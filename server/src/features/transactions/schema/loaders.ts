import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { readHistories } from "../../audit/list-audit-entries.ts";
import { authorise } from "../../viewer.ts";
import { accountsOfTransactions } from "../accounts-of-transactions.sql.ts";
import { readCategoriesById } from "../read-categories.ts";
import { readTransactions } from "../read-transactions.ts";

/** A bank transaction by id, with all others that one level asks for. */
export const loadTransaction = batched((context, ids) => {
  const viewer = viewerOf(context);
  authorise(viewer, "transactions:read");
  return readAsOrganisation(context.app.database, viewer.organisationId, async (sql) => {
    const rows = await readTransactions(sql, ids);
    return new Map(rows.map((row) => [row.id, row]));
  });
});

/** The account of a bank transaction that may be seen. */
export const loadAccountOfTransaction = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    accountsOfTransactions(sql, ids),
  ),
);

/** The category of a bank transaction that may be seen. */
export const loadCategory = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    readCategoriesById(sql, ids),
  ),
);

/** The most entries of one transaction's history. */
export const historyMax = 50;

/** What was done to a bank transaction that may be seen, the newest first. */
export const loadHistory = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    readHistories(sql, ids, historyMax),
  ),
);
