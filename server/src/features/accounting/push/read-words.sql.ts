import { wordLine } from "../../../core/accounting/plan-push.ts";
import type { PushableLine, PushedLine, PushRules } from "../../../core/accounting/push-rules.ts";
import { plainArray } from "../../../db/array-literals.ts";
import type { Sql } from "../../../db/sql.ts";
import type { Feed } from "../feed.ts";

/** Planned lines without words, with them: as a push would send them. */
export async function readWords(
  sql: Sql,
  feed: Feed,
  rules: PushRules,
  planned: readonly PushedLine[],
): Promise<PushedLine[]> {
  const ids = planned.map((line) => line.transactionId);
  const rows = await sql.query<
    Pick<PushableLine, "description" | "counterpartyName" | "reference" | "revised"> & {
      id: string;
    }
  >(
    `SELECT t.id, t.description, t.counterparty_name AS "counterpartyName", t.reference, l.revised
     FROM unnest($1::uuid[]) AS v (id)
     CROSS JOIN LATERAL (SELECT id, description, counterparty_name, reference FROM bank_transaction
       WHERE id = v.id LIMIT 1) t
     LEFT JOIN LATERAL (
       SELECT revised FROM feed_line WHERE feed_account_id = $2 AND transaction_id = t.id LIMIT 1) l ON true`,
    [plainArray(ids), feed.id],
  );
  const words = new Map(rows.map((row) => [row.id, row]));
  const documents = await readDocuments(sql, ids);
  return planned.map((line) => {
    const found = words.get(line.transactionId);
    if (found === undefined) return line;
    return wordLine(line, { ...found, documents: documents.get(line.transactionId) ?? [] }, rules);
  });
}

const noDocuments: ReadonlyMap<string, readonly string[]> = new Map();

async function readDocuments(
  sql: Sql,
  transactionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (transactionIds.length === 0) return noDocuments;
  const rows = await sql.query<{ id: string; numbers: string[] }>(
    `SELECT t.id, d.numbers FROM unnest($1::uuid[]) AS t (id)
     CROSS JOIN LATERAL (
       SELECT array_agg(DISTINCT o.number ORDER BY o.number) AS numbers FROM (
         SELECT open_item_id FROM payment WHERE transaction_id = t.id AND voided_at IS NULL OFFSET 0) p
       CROSS JOIN LATERAL (SELECT number FROM open_item
         WHERE id = p.open_item_id AND standalone_of IS NULL LIMIT 1) o) d
     WHERE d.numbers IS NOT NULL`,
    [plainArray(transactionIds)],
  );
  return new Map(rows.map(({ id, numbers }) => [id, numbers]));
}
