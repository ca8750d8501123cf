import { plainArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";

/**
 * Notes that what rules did is undone, and takes back what they did to lines by themselves; matches and transfers that
 * they made are ended on their own. The lines must be locked.
 *
 * - A category: `detail.before` is `{ categoryId, byPerson, given }`, what the line had and what it was given. It is put
 *   back where the line still has what a rule gave; after several hits, what the first of them found. Without a `before`
 *   the category stays.
 * - An exclusion is lifted, unless the line is excluded for another reason than `detail.reason` by now.
 *
 * Where the rule may do it again, the hit says so (`mayActAgain`); otherwise rules leave that line alone.
 * A rule does not do again what was undone, unless `mayActAgain` says so (rules/effect-of-rule.ts).
 * @returns how many were not undone yet
 */
export async function undoRuleHits(
  tx: TenantTransaction,
  hitIds: readonly string[],
  undone: { by: string; at: Date; mayActAgain: boolean },
): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `WITH hit AS (
       UPDATE rule_hit SET undone_at = $2, undone_by = $3,
         detail = CASE WHEN $4 THEN detail || '{"mayActAgain": true}' ELSE detail END
       WHERE id = ANY ($1::uuid[]) AND undone_at IS NULL
       RETURNING id, transaction_id, action, detail, hit_at
     ), category AS (
       SELECT transaction_id, (array_agg(detail->'before' ORDER BY hit_at, id))[1] AS before,
         array_agg(detail->'before'->>'given') AS given
       FROM hit WHERE action = 'categorise' AND jsonb_typeof(detail->'before') = 'object' GROUP BY transaction_id
     ), exclusion AS (
       SELECT transaction_id, array_agg(detail->>'reason') AS reasons FROM hit WHERE action = 'exclude'
       GROUP BY transaction_id
     ), changed AS (
       SELECT t.id, c.before IS NOT NULL AND (
           array_position(c.given, NULL) IS NOT NULL OR t.category_id::text = ANY (c.given)) AS recategorise, c.before,
         e.reasons IS NOT NULL AND t.excluded_at IS NOT NULL AND (
           array_position(e.reasons, NULL) IS NOT NULL OR t.exclusion_reason = ANY (e.reasons)) AS include
       FROM (SELECT DISTINCT transaction_id AS id FROM hit) line
       CROSS JOIN LATERAL (SELECT * FROM bank_transaction WHERE id = line.id LIMIT 1) t
       LEFT JOIN category c ON c.transaction_id = t.id
       LEFT JOIN exclusion e ON e.transaction_id = t.id
     ), restored AS (
       UPDATE bank_transaction t SET
         category_id = CASE WHEN n.recategorise THEN (n.before->>'categoryId')::uuid ELSE t.category_id END,
         category_by_person = CASE WHEN n.recategorise THEN coalesce((n.before->>'byPerson')::boolean, false)
           ELSE t.category_by_person END,
         excluded_at = CASE WHEN n.include THEN NULL ELSE t.excluded_at END,
         excluded_by = CASE WHEN n.include THEN NULL ELSE t.excluded_by END,
         exclusion_reason = CASE WHEN n.include THEN NULL ELSE t.exclusion_reason END,
         updated_at = $2
       FROM changed n WHERE t.id = n.id AND (n.recategorise OR n.include)
     )
     SELECT count(*)::int AS count FROM hit`,
    [plainArray(hitIds), undone.at, undone.by, undone.mayActAgain],
  );
  return row?.count ?? 0;
}
