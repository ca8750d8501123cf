import type { CurrencyCode } from "../../core/currencies.ts";
import type { Evidence, PaymentKind } from "../../core/matching/types.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { offerPayments } from "../accounting/payments/offer-payments.ts";
import { pushAsReconciled } from "../accounting/push-as-reconciled.ts";

export interface NewMatch {
  readonly id: string;
  readonly origin: "automatic" | "manual";
  readonly profile: string | null;
  readonly score: number | null;
  readonly evidence: readonly Evidence[];
  readonly profileVersion?: number | null;
  readonly runId?: string | null;
  readonly ruleId?: string | null;
  /** The payer as aliasKey writes it. */
  readonly payerKey?: string | null;
  readonly payments: readonly NewPayment[];
}

export interface NewPayment {
  readonly transactionId: string;
  readonly openItemId: string;
  readonly kind: PaymentKind;
  /** On the open item, in its currency. */
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  /** From the transaction, in its currency. */
  readonly transactionMinor: bigint;
  readonly transactionCurrency: CurrencyCode;
  readonly rate: string | null;
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
    `INSERT INTO match (organisation_id, id, origin, profile, profile_version, score, evidence, run_id, rule_id, payer_key,
       decided_by, decided_at)
     SELECT $1, m.id, m.origin, m.profile, m."profileVersion", m.score, m.evidence, m."runId", m."ruleId", m."payerKey", $2, $3
     FROM jsonb_to_recordset($4::jsonb) AS m (id uuid, origin text, profile text, "profileVersion" integer, score integer,
       evidence jsonb, "runId" uuid, "ruleId" uuid, "payerKey" text)`,
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
    `INSERT INTO payment (organisation_id, id, match_id, transaction_id, open_item_id, kind, amount_minor, currency,
       transaction_minor, transaction_currency, rate)
     SELECT $1, p.* FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[],
       $9::bigint[], $10::text[], $11::numeric[]) AS p`,
    [
      tx.organisationId,
      payments.map(() => newId()),
      payments.map(({ matchId }) => matchId),
      payments.map(({ transactionId }) => transactionId),
      payments.map(({ openItemId }) => openItemId),
      payments.map(({ kind }) => kind),
      payments.map(({ amountMinor }) => String(amountMinor)),
      payments.map(({ currency }) => currency),
      payments.map(({ transactionMinor }) => String(transactionMinor)),
      payments.map(({ transactionCurrency }) => transactionCurrency),
      payments.map(({ rate }) => rate),
    ],
  );
  await offerPayments(
    tx,
    matches.map(({ id }) => id),
    decided.at,
  );
  await pushAsReconciled(tx);
}
