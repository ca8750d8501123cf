import { joinedJson, jsonEnd, plainArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { idSequence } from "../../../db/ids.ts";
import { emit } from "../../../events/emit.ts";
import { emitTransactionsChanged } from "../../transactions/emit-transactions-changed.ts";
import type { Viewer } from "../../viewer.ts";
import { emitMatchesChanged } from "../note-match-change.ts";
import type { NamedProposal, SeenBooks } from "./save-chunk.ts";

/** Past so many matches at once nobody is told of each: who watches loads again. */
const toldMatchesMax = 500;

/**
 * Tells the log and the subscribers of a run's matches, as noteMatchChange does of a person's: an entry for each bank
 * transaction, naming the open items.
 */
export async function noteRunMatches(
  tx: TenantTransaction,
  viewer: Viewer,
  proposals: readonly NamedProposal[],
  seen: SeenBooks,
): Promise<void> {
  const entries = proposals.flatMap(entriesOf);
  const numberOf = (id: string) => seen.items.get(id)?.number ?? id;
  const nextId = idSequence();
  const { kind, id, name } = viewer.actor;
  await tx.query(
    `INSERT INTO audit_entry (organisation_id, actor_kind, actor_id, actor_name, action, subject_kind, id, subject_id, detail)
     SELECT $1, $2, $3, $4, 'match.proposed', 'bank_transaction', e.id, e.subject, e.detail::jsonb
     FROM unnest($5::uuid[], $6::uuid[], string_to_array($7, ${jsonEnd})) AS e (id, subject, detail)`,
    [
      ...[tx.organisationId, kind, id, name],
      plainArray(entries.map(() => nextId())),
      plainArray(entries.map(({ transactionId }) => transactionId)),
      joinedJson(
        entries.map(({ matchId, itemIds }) => ({ matchId, numbers: itemIds.map(numberOf) })),
      ),
    ],
  );
  if (proposals.length > toldMatchesMax) {
    emit(tx, { topic: "bank_transactions.many_changed" });
    return;
  }
  emitTransactionsChanged(
    tx,
    entries.map(({ transactionId }) => transactionId),
  );
  const itemIds = new Set(proposals.flatMap(({ payments }) => payments.map((one) => one.itemId)));
  emitMatchesChanged(
    tx,
    proposals.map((proposal) => proposal.id),
    [...itemIds],
  );
}

/** For each transaction of a match: the items that it settles. */
function entriesOf({ id: matchId, payments }: NamedProposal) {
  const items = new Map<string, string[]>();
  for (const { transactionId, itemId } of payments) {
    const own = items.get(transactionId);
    if (own === undefined) items.set(transactionId, [itemId]);
    else if (!own.includes(itemId)) own.push(itemId);
  }
  return [...items].map(([transactionId, itemIds]) => ({ matchId, transactionId, itemIds }));
}
