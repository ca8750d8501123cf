import { plainArray, textArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";

/**
 * What a rule has done, as `rule_hit.detail` keeps it: what was there before, and what is needed to take it back
 * (undo/undo-rule-hits.sql.ts). `mayActAgain` is added when it was taken back and the rule may do it again; without it
 * a rule does not do again what somebody has undone.
 */
export type HitDetail = { readonly mayActAgain?: boolean } & (
  | {
      readonly action: "categorise";
      /** What the line had, and what it was given. Absent where the line was booked: its match puts it back. */
      readonly before?: {
        readonly categoryId: string | null;
        readonly byPerson: boolean;
        readonly given: string;
      };
      /** The match with the expense or income of its own that the line was booked as. */
      readonly matchId?: string;
    }
  | { readonly action: "exclude"; readonly reason: string }
  | { readonly action: "match_client"; readonly clientName: string }
  | { readonly action: "transfer"; readonly transferId: string }
);

export interface RuleHit {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly transactionId: string;
  readonly detail: HitDetail;
}

export async function writeHits(
  tx: TenantTransaction,
  hits: readonly Omit<RuleHit, "id">[],
  { runId, at }: { runId: string | null; at: Date },
): Promise<void> {
  if (hits.length === 0) return;
  await tx.query(
    `INSERT INTO rule_hit (organisation_id, id, rule_id, rule_version, run_id, transaction_id, action, detail, hit_at)
     SELECT $1, h.id, h.rule, h.version, $2, h.transaction, h.action, h.detail::jsonb, $3
     FROM unnest($4::uuid[], $5::uuid[], $6::int[], $7::uuid[], $8::text[], $9::text[])
       AS h (id, rule, version, transaction, action, detail)`,
    [
      ...[tx.organisationId, runId, at],
      plainArray(hits.map(() => newId())),
      plainArray(hits.map(({ ruleId }) => ruleId)),
      plainArray(hits.map(({ ruleVersion }) => String(ruleVersion))),
      plainArray(hits.map(({ transactionId }) => transactionId)),
      plainArray(hits.map(({ detail }) => detail.action)),
      textArray(hits.map(({ detail }) => JSON.stringify(detail))),
    ],
  );
}
