import { textArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { connectionsOfSameBooks } from "../same-books.sql.ts";

/**
 * Takes over documents, with the open items that were made of them, from connections to the same books that were given
 * up: connected again, their items would belong to nobody, and be in the way of the same documents.
 */
export async function adoptDocuments(
  tx: TenantTransaction,
  connectionId: string,
  kind: "invoice" | "expense",
  externalIds: readonly string[],
): Promise<void> {
  const left = await tx.query<{ connectionId: string; externalId: string; itemId: string }>(
    `SELECT d.connection_id AS "connectionId", d.external_id AS "externalId", d.open_item_id AS "itemId"
     FROM (SELECT id FROM accounting_connection WHERE id IN ${connectionsOfSameBooks("$1")} AND id <> $1
       AND status = 'disconnected' OFFSET 0) c
     CROSS JOIN LATERAL (SELECT connection_id, external_id, open_item_id FROM accounting_document
       WHERE connection_id = c.id AND kind = $2 AND external_id = ANY ($3::text[]) AND open_item_id IS NOT NULL
       OFFSET 0) d
     WHERE NOT EXISTS (SELECT FROM accounting_document
       WHERE connection_id = $1 AND kind = $2 AND external_id = d.external_id AND open_item_id IS NOT NULL OFFSET 0)`,
    [connectionId, kind, textArray(externalIds)],
  );
  for (const { connectionId: from, externalId, itemId } of left) {
    const [freed] = await tx.query(
      `UPDATE accounting_document SET open_item_id = NULL
       WHERE connection_id = $1 AND kind = $2 AND external_id = $3 AND open_item_id = $4 RETURNING external_id`,
      [from, kind, externalId, itemId],
    );
    if (freed === undefined) continue;
    await tx.query(
      `INSERT INTO accounting_document (organisation_id, connection_id, kind, external_id, open_item_id, number,
         counterparty_external_id, due_minor, currency, state, modified_at, taken, problem, read_at)
       SELECT organisation_id, $5, kind, external_id, $4, number, counterparty_external_id, due_minor, currency, state,
         modified_at, taken, problem, read_at
       FROM accounting_document WHERE connection_id = $1 AND kind = $2 AND external_id = $3
       ON CONFLICT (organisation_id, connection_id, kind, external_id) DO UPDATE
         SET open_item_id = excluded.open_item_id, taken = excluded.taken`,
      [from, kind, externalId, itemId, connectionId],
    );
  }
}
