import { assert } from "../../../core/assert.ts";
import { joinedJson, jsonEnd, plainArray, textArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { offerPayments } from "../../accounting/payments/offer-payments.ts";
import { pushAsReconciled } from "../../accounting/push-as-reconciled.ts";
import type { NamedProposal, SeenBooks } from "./save-chunk.ts";

/**
 * Writes a run's matches with their payments: two statements, whatever their number. The rows that the payments touch
 * must be locked; the database keeps allocated amounts and statuses.
 */
export async function writeRunMatches(
  tx: TenantTransaction,
  proposals: readonly NamedProposal[],
  run: {
    runId: string;
    by: string;
    at: Date;
    seen: SeenBooks;
    nextId: () => string;
    ruleOf: (transactionId: string) => string | null;
    payerKeyOf: (transactionId: string) => string | null;
  },
): Promise<void> {
  const first = ({ transactionIds }: NamedProposal) => transactionIds[0] ?? "";
  const ruleOf = ({ transactionIds }: NamedProposal) =>
    transactionIds.map(run.ruleOf).find((id) => id !== null) ?? null;
  await tx.query(
    `INSERT INTO match (organisation_id, origin, decided_by, decided_at, run_id, id, profile, profile_version, score,
       evidence, rule_id, payer_key)
     SELECT $1, 'automatic', $2, $3, $4, m.id, m.profile, m.version, m.score, m.evidence::jsonb, m.rule, m.payer
     FROM unnest($5::uuid[], $6::text[], $7::integer[], $8::integer[], string_to_array($9, ${jsonEnd}), $10::uuid[], $11::text[])
       AS m (id, profile, version, score, evidence, rule, payer)`,
    [
      tx.organisationId,
      run.by,
      run.at,
      run.runId,
      plainArray(proposals.map(({ id }) => id)),
      textArray(proposals.map(({ profile }) => profile.name)),
      plainArray(proposals.map(({ profile }) => profile.version)),
      plainArray(proposals.map(({ score }) => score)),
      joinedJson(proposals.map(({ evidence }) => evidence)),
      plainArray(proposals.map(ruleOf)),
      textArray(proposals.map((proposal) => run.payerKeyOf(first(proposal)))),
    ],
  );
  const payments = proposals.flatMap(({ id, payments }) =>
    payments.map((payment) => {
      const transaction = run.seen.transactions.get(payment.transactionId);
      const item = run.seen.items.get(payment.itemId);
      assert(transaction && item, "a kept proposal's rows were seen");
      return { ...payment, matchId: id, from: transaction.currency, to: item.currency };
    }),
  );
  await tx.query(
    `INSERT INTO payment (organisation_id, id, match_id, transaction_id, open_item_id, kind, amount_minor, currency,
       transaction_minor, transaction_currency, rate)
     SELECT $1, p.* FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[],
       $9::bigint[], $10::text[], $11::numeric[]) AS p`,
    [
      tx.organisationId,
      plainArray(payments.map(() => run.nextId())),
      plainArray(payments.map(({ matchId }) => matchId)),
      plainArray(payments.map(({ transactionId }) => transactionId)),
      plainArray(payments.map(({ itemId }) => itemId)),
      plainArray(payments.map(({ kind }) => kind)),
      plainArray(payments.map(({ amountMinor }) => amountMinor)),
      plainArray(payments.map(({ to }) => to)),
      plainArray(payments.map(({ transactionMinor }) => transactionMinor)),
      plainArray(payments.map(({ from }) => from)),
      plainArray(payments.map(({ rate }) => rate)),
    ],
  );
  await offerPayments(
    tx,
    proposals.map(({ id }) => id),
    run.at,
  );
  await pushAsReconciled(tx);
}
