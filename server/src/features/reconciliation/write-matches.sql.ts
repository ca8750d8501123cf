import type { CurrencyCode } from "../../core/currencies.ts";
import type { Evidence } from "../../core/matching/types.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";

export interface NewMatch {
  readonly id: string;
  readonly origin: "automatic" | "manual";
  readonly profile: string | null;
  readonly score: number | null;
  readonly evidence: readonly Evidence[];
  readonly payments: readonly NewPayment[];
}

export interface NewPayment {
  readonly transactionId: string;
  readonly openItemId: string;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
}

/**
 * Writes matches with their payments, as arrays: thousands are two statements. The rows that the payments touch must
 * be locked; the database keeps allocated amounts and statuses.
 */
export async function writeMatches(
  tx: TenantTransaction,
  matches: readonly NewMatch[],
  decided: { by: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO match (organisation_id, id, origin, profile, score, evidence, decided_by, decided_at)
     SELECT $1, m.id, m.origin, m.profile, m.score, m.evidence, $2, $3
     FROM jsonb_to_recordset($4::jsonb) AS m (id uuid, origin text, profile text, score integer, evidence jsonb)`,
    [
      tx.organisationId,
      decided.by,
      decided.at,
      JSON.stringify(matches.map(({ payments: _, ...match }) => match)),
    ],
  );
  const payments = matches.flatMap((match) =>
    match.payments.map((payment) => ({ ...payment, matchId: match.id })),
  );
  await tx.query(
    `INSERT INTO payment (organisation_id, id, match_id, transaction_id, open_item_id, amount_minor, currency)
     SELECT $1, p.* FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::text[]) AS p`,
    [
      tx.organisationId,
      payments.map(() => newId()),
      payments.map(({ matchId }) => matchId),
      payments.map(({ transactionId }) => transactionId),
      payments.map(({ openItemId }) => openItemId),
      payments.map(({ amountMinor }) => String(amountMinor)),
      payments.map(({ currency }) => currency),
    ],
  );
}
