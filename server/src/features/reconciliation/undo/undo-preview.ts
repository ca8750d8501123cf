import type { App } from "../../../app.ts";
import { isCurrencyCode } from "../../../core/currencies.ts";
import type { Money } from "../../../core/money.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { knownIdOr } from "../../ids.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import {
  liveHits,
  liveMatches,
  liveTransfers,
  readScope,
  type UndoScope,
} from "./undo-scope.sql.ts";

/** What undoing a rule's, an import's or a run's decisions would take back. All zero when nothing stands any more. */
export interface DecisionsPreview {
  readonly matches: number;
  /** Bank transactions and open items of these matches. */
  readonly transactions: number;
  readonly openItems: number;
  readonly transfers: number;
  readonly ruleHits: number;
  /** What the matches take from the transactions, by currency. */
  readonly amount: readonly Money[];
  /** Some of the matches, at most ten. */
  readonly matchIds: readonly string[];
}

const sampleMax = 10;

/** @returns null when there is no such rule, import or run @throws Forbidden */
export async function previewDecisions(
  app: App,
  viewer: Viewer,
  request: { scope: UndoScope; id: string },
): Promise<DecisionsPreview | null> {
  authorise(viewer, "reconciliation:match");
  const { scope } = request;
  const id = knownIdOr(request.id, null);
  if (id === null) return null;
  return readAsOrganisation(app.database, viewer.organisationId, async (sql) => {
    if ((await readScope(sql, scope, id)) === null) return null;
    const payments = `FROM (${liveMatches[scope]}) m CROSS JOIN LATERAL (
      SELECT transaction_id, open_item_id, transaction_minor, transaction_currency
      FROM payment WHERE match_id = m.id AND voided_at IS NULL OFFSET 0) p`;
    const [counts] = await sql.query<Omit<DecisionsPreview, "amount" | "matchIds">>(
      `SELECT count(DISTINCT m.id)::int AS matches, count(DISTINCT p.transaction_id)::int AS transactions,
         count(DISTINCT p.open_item_id)::int AS "openItems",
         (SELECT count(*)::int FROM (${liveTransfers[scope]}) r) AS transfers,
         (SELECT count(*)::int FROM (${liveHits[scope]}) h) AS "ruleHits" ${payments}`,
      [id],
    );
    const sums = await sql.query<{ currency: string; sum: string }>(
      `SELECT p.transaction_currency AS currency, sum(p.transaction_minor)::text AS sum ${payments}
       GROUP BY 1 HAVING sum(p.transaction_minor) > 0 ORDER BY 1`,
      [id],
    );
    const sample = await sql.query<{ id: string }>(
      `${liveMatches[scope]} ORDER BY 1 LIMIT ${sampleMax}`,
      [id],
    );
    return {
      ...{ matches: 0, transactions: 0, openItems: 0, transfers: 0, ruleHits: 0, ...counts },
      amount: sums.flatMap(({ currency, sum }) =>
        isCurrencyCode(currency) ? [{ currency, amountMinor: BigInt(sum) }] : [],
      ),
      matchIds: sample.map((match) => match.id),
    };
  });
}
