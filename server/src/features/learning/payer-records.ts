import { validate as isUuid } from "uuid";
import type { App } from "../../app.ts";
import type { LocalDate } from "../../core/dates.ts";
import { normaliseText } from "../../core/text.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { addSearch, Conditions } from "../conditions.ts";
import { type ForwardArguments, keysetCursor, keysetPage, keysetRequest } from "../keyset-page.ts";
import { authorise, type Viewer } from "../viewer.ts";

/** How often the matches of a payer were right. */
export interface PayerRecord {
  readonly payerKey: string;
  /** As the bank wrote it last. */
  readonly payerText: string;
  /** Matches that were made without a person. */
  readonly automatic: number;
  /** Of these, those that stand. */
  readonly kept: number;
  /** Of these, those that somebody undid; not those whose line the bank changed or took back. */
  readonly undone: number;
  /** Matches that people made, and that stand. */
  readonly manual: number;
  /** The day of the last decision, in UTC. */
  readonly lastOn: LocalDate;
  /** Ids of matches grow with time: the last one's is the payer's place. */
  readonly lastMatchId: string;
}

/** What the product itself voids it voids under this name: see voidMatchesOf. */
const productName = "Tieout";

/** One page of the payers, the last decided first. @throws Forbidden, InvalidInput */
export async function listPayerRecords(
  app: App,
  viewer: Viewer,
  request: { page: ForwardArguments; search?: string | null },
) {
  authorise(viewer, "transactions:read");
  const page = keysetRequest(request.page, (parts) => parts.length === 1 && isUuid(parts[0] ?? ""));
  const conditions = new Conditions();
  conditions.add("payer_key IS NOT NULL");
  // Keys are kept without case, accents and punctuation.
  if (request.search) addSearch(conditions, normaliseText(request.search), ["payer_key"]);
  const counting = { where: conditions.where(), values: [...conditions.values] };
  const product = conditions.value(productName);
  const having = page.after ? `HAVING max(id::text) < ${conditions.value(page.after[0])}` : "";
  const limit = conditions.value(page.count + 1);
  const read = <Row extends object>(text: string, values: readonly unknown[]) =>
    readAsOrganisation(app.database, viewer.organisationId, (sql) => sql.query<Row>(text, values));
  const found = await read<PayerRecord>(
    `SELECT r.*, coalesce(p.text, r."payerKey") AS "payerText" FROM (
       SELECT payer_key AS "payerKey",
         (count(*) FILTER (WHERE origin = 'automatic'))::int AS automatic,
         (count(*) FILTER (WHERE origin = 'automatic' AND voided_at IS NULL))::int AS kept,
         (count(*) FILTER (WHERE origin = 'automatic' AND voided_at IS NOT NULL
           AND voided_by IS DISTINCT FROM ${product}))::int AS undone,
         (count(*) FILTER (WHERE origin = 'manual' AND voided_at IS NULL))::int AS manual,
         (max(decided_at) AT TIME ZONE 'UTC')::date AS "lastOn",
         max(id::text) AS "lastMatchId"
       FROM match ${conditions.where()} GROUP BY payer_key ${having}
       ORDER BY max(id::text) DESC LIMIT ${limit}
     ) AS r
     LEFT JOIN LATERAL (
       SELECT coalesce(nullif(t.counterparty_name, ''), t.description) AS text
       FROM payment p JOIN bank_transaction t ON t.id = p.transaction_id
       WHERE p.match_id = r."lastMatchId"::uuid ORDER BY p.id LIMIT 1
     ) AS p ON true
     ORDER BY r."lastMatchId" DESC`,
    conditions.values,
  );
  return {
    ...keysetPage(page, found),
    countAll: async () => {
      const [row] = await read<{ count: bigint }>(
        `SELECT count(DISTINCT payer_key) FROM match ${counting.where}`,
        counting.values,
      );
      return Number(row?.count ?? 0n);
    },
  };
}

export function payerCursor({ lastMatchId }: PayerRecord): string {
  return keysetCursor([lastMatchId]);
}

/** The share of a payer's automatic matches that were right, as far as people have told; null before there are any. */
export function rightShare({ kept, undone }: Pick<PayerRecord, "kept" | "undone">): number | null {
  return kept + undone === 0 ? null : kept / (kept + undone);
}
