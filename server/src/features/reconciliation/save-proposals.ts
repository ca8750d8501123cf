import { assert } from "../../core/assert.ts";
import type { MatchingProfile } from "../../core/matching/profile.ts";
import type { ProposedMatch } from "../../core/matching/types.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import type { Viewer } from "../viewer.ts";
import {
  type ItemForMatch,
  readBothSides,
  type TransactionForMatch,
} from "./lock-for-match.sql.ts";
import { noteMatchChange } from "./note-match-change.ts";
import { type NewMatch, writeMatches } from "./write-matches.sql.ts";

/** Both sides as core saw them, by id. */
export interface SeenBooks {
  readonly transactions: ReadonlyMap<string, TransactionForMatch>;
  readonly items: ReadonlyMap<string, ItemForMatch>;
}

/** What a saved proposal has made of its rows. */
export interface SavedProposal {
  readonly transaction: TransactionForMatch;
  readonly items: readonly ItemForMatch[];
}

/**
 * Writes the proposals that still hold. Core decided without locks, so each row is compared under lock with what core
 * saw of it: one that has changed in any way, or a pair that was declined meanwhile, is left to the next run.
 */
export async function saveProposals(
  tx: TenantTransaction,
  viewer: Viewer,
  request: {
    proposals: readonly ProposedMatch[];
    seen: SeenBooks;
    profile: MatchingProfile;
    at: Date;
  },
): Promise<SavedProposal[]> {
  const { proposals, seen } = request;
  const payments = proposals.flatMap((proposal) => proposal.payments);
  const ids = {
    transactionIds: [...new Set(payments.map(({ transactionId }) => transactionId))],
    openItemIds: [...new Set(payments.map(({ itemId }) => itemId))],
  };
  const locked = await readBothSides(tx, ids, "FOR UPDATE");
  const declined = await readDeclined(tx, ids.transactionIds);
  const now = {
    transactions: new Map(locked.transactions.map((row) => [row.id, row])),
    items: new Map(locked.items.map((row) => [row.id, row])),
  };
  const unchanged = (proposal: ProposedMatch) =>
    proposal.payments.every(
      ({ transactionId, itemId }) =>
        isSame(seen.transactions.get(transactionId), now.transactions.get(transactionId)) &&
        isSame(seen.items.get(itemId), now.items.get(itemId)) &&
        !declined.has(pairKey(transactionId, itemId)),
    );
  const kept = proposals.filter(unchanged);
  if (kept.length === 0) return [];
  const matches = kept.map((proposal) => matchOf(proposal, now, request.profile));
  await writeMatches(tx, matches, { by: viewer.actor.name, at: request.at });
  const numbers = new Map(locked.items.map(({ id, number }) => [id, number]));
  await noteMatchChange(tx, viewer, matches, "match.proposed", { numbers });
  return afterwards(tx, kept);
}

function matchOf(
  proposal: ProposedMatch,
  { transactions, items }: SeenBooks,
  profile: MatchingProfile,
): NewMatch {
  return {
    id: newId(),
    origin: "automatic",
    profile: profile.name,
    score: proposal.score,
    evidence: proposal.evidence,
    payments: proposal.payments.map(({ itemId, ...payment }) => {
      const item = items.get(itemId);
      const transaction = transactions.get(payment.transactionId);
      assert(item && transaction, "a kept proposal's rows are locked");
      const { currency } = item;
      return {
        ...payment,
        openItemId: itemId,
        currency,
        transactionCurrency: transaction.currency,
      };
    }),
  };
}

async function readDeclined(
  tx: TenantTransaction,
  transactionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ transactionId: string; itemId: string }>(
    `SELECT transaction_id AS "transactionId", open_item_id AS "itemId"
     FROM declined_pair WHERE transaction_id = ANY ($1::uuid[])`,
    [transactionIds],
  );
  return new Set(rows.map(({ transactionId, itemId }) => pairKey(transactionId, itemId)));
}

async function afterwards(
  tx: TenantTransaction,
  proposals: readonly ProposedMatch[],
): Promise<SavedProposal[]> {
  const payments = proposals.flatMap((proposal) => proposal.payments);
  const rows = await readBothSides(
    tx,
    {
      transactionIds: payments.map(({ transactionId }) => transactionId),
      openItemIds: payments.map(({ itemId }) => itemId),
    },
    "",
  );
  const transactions = new Map(rows.transactions.map((row) => [row.id, row]));
  const items = new Map(rows.items.map((row) => [row.id, row]));
  return proposals.map((proposal) => {
    const transaction = transactions.get(proposal.transactionIds[0] ?? "");
    assert(transaction, "a matched transaction is there");
    return {
      transaction,
      items: proposal.payments.flatMap(({ itemId }) => items.get(itemId) ?? []),
    };
  });
}

function pairKey(transactionId: string, itemId: string): string {
  return `${transactionId} ${itemId}`;
}

/** Whether two readings of one row agree in everything that matching looks at. */
function isSame<Row extends object>(before: Row | undefined, after: Row | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return (Object.keys(before) as (keyof Row)[]).every((field) => before[field] === after[field]);
}
