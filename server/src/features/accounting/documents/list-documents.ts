import type { App } from "../../../app.ts";
import type { CurrencyCode } from "../../../core/currencies.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { NotFound } from "../../errors.ts";
import {
  type ForwardArguments,
  keysetCursor,
  keysetPage,
  keysetRequest,
} from "../../keyset-page.ts";
import type { Page } from "../../paging.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { findAccountingConnection } from "../accounting-connection.ts";

/** An invoice or expense of the accounting package, and what became of it here. */
export interface AccountingDocument {
  readonly connectionId: string;
  readonly kind: "invoice" | "expense";
  readonly externalId: string;
  /** Null where it could not be taken over: see problem. */
  readonly openItemId: string | null;
  readonly number: string | null;
  readonly counterpartyName: string | null;
  /** Still to be paid there, when it was last read. */
  readonly dueMinor: bigint | null;
  readonly currency: CurrencyCode | null;
  /** In the platform's words: open, part_paid, paid, void, draft, or unreadable. */
  readonly state: string;
  readonly modifiedAt: Date | null;
  readonly problem: string | null;
  readonly readAt: Date;
}

const columns = `
  connection_id AS "connectionId", kind, external_id AS "externalId", open_item_id AS "openItemId", number,
  taken->>'counterpartyName' AS "counterpartyName", due_minor AS "dueMinor", currency, state,
  modified_at AS "modifiedAt", problem, read_at AS "readAt"`;

/** One page of the documents that were pulled, by kind and id. @throws Forbidden, NotFound, InvalidInput */
export async function listAccountingDocuments(
  app: App,
  viewer: Viewer,
  connectionId: string,
  request: { page: ForwardArguments; onlyProblems?: boolean | null },
): Promise<Page<AccountingDocument>> {
  authorise(viewer, "open_items:read");
  const page = keysetRequest(request.page, (parts) => parts.length === 2);
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    if ((await findAccountingConnection(sql, connectionId)) === null) {
      throw new NotFound("accounting connection");
    }
    const found = await sql.query<AccountingDocument>(
      `SELECT ${columns} FROM accounting_document
       WHERE connection_id = $1 AND ($2::text IS NULL OR (kind, external_id) > ($2, $3::text))
         ${request.onlyProblems ? "AND problem IS NOT NULL" : ""}
       ORDER BY kind, external_id LIMIT $4`,
      [connectionId, page.after?.[0] ?? null, page.after?.[1] ?? null, page.count + 1],
    );
    return keysetPage(page, found);
  });
}

export function accountingDocumentCursor({ kind, externalId }: AccountingDocument): string {
  return keysetCursor([kind, externalId]);
}

/** How many documents were pulled of each connection, and how many could not be taken as they are. @throws Forbidden */
export async function countAccountingDocuments(
  app: App,
  viewer: Viewer,
  connectionId: string,
): Promise<{ pulled: number; problems: number }> {
  authorise(viewer, "open_items:read");
  const [row] = await readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<{ pulled: number; problems: number }>(
      `SELECT count(*)::int AS pulled, (count(*) FILTER (WHERE problem IS NOT NULL))::int AS problems
       FROM accounting_document WHERE connection_id = $1`,
      [connectionId],
    ),
  );
  return row ?? { pulled: 0, problems: 0 };
}
