import { assert } from "../../../core/assert.ts";
import { payerOf } from "../../../core/matching/payer-key.ts";
import type {
  MatchableItem,
  MatchableTransaction,
  ProposedMatch,
} from "../../../core/matching/types.ts";
import { plainArray } from "../../../db/array-literals.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { idSequence } from "../../../db/ids.ts";
import type { Viewer } from "../../viewer.ts";
import { readAccountBlocks } from "./account-blocks.sql.ts";
import type { Versioned } from "./load-open-books.sql.ts";
import { noteRunMatches } from "./note-run-matches.ts";
import { writeRunMatches } from "./write-run-matches.sql.ts";

/** Both sides as core saw them, by id. */
export interface SeenBooks {
  readonly transactions: ReadonlyMap<string, Versioned<MatchableTransaction>>;
  readonly items: ReadonlyMap<string, Versioned<MatchableItem>>;
  readonly blocks: ReadonlyMap<string, string | null>;
  /** The versions that this run has written itself: no surprise to its next chunk. */
  readonly own: Set<number>;
}

const uuidLength = 36;

export type NamedProposal = ProposedMatch & { readonly id: string };

/**
 * Writes the proposals that still hold. Core decided without locks, so each row's version is compared under lock with the
 * one that core saw: a row that has been written since, a pair that was declined, or an account that has moved to another
 * block leaves its match to the next run.
 * @returns how many were written
 */
export async function saveChunk(
  tx: TenantTransaction,
  viewer: Viewer,
  request: {
    runId: string;
    proposals: readonly ProposedMatch[];
    seen: SeenBooks;
    at: Date;
    /** The rule that says who paid a transaction. */
    ruleOf: (transactionId: string) => string | null;
  },
): Promise<number> {
  const { proposals, seen } = request;
  const payments = proposals.flatMap((proposal) => proposal.payments);
  const transactionIds = [...new Set(payments.map(({ transactionId }) => transactionId))].sort();
  const itemIds = [...new Set(payments.map(({ itemId }) => itemId))].sort();
  // Transactions, then items, each in id order: as everybody who changes allocations.
  const transactions = await lockVersions(tx, "bank_transaction", transactionIds);
  const items = await lockVersions(tx, "open_item", itemIds);
  const declined = await readDeclined(tx, transactionIds);
  const blocks = await readAccountBlocks(tx);
  const isSame = (before: { version: number } | undefined, now: number | undefined) =>
    before !== undefined && now !== undefined && (before.version === now || seen.own.has(now));
  const holds = (proposal: ProposedMatch) =>
    proposal.payments.every(({ transactionId, itemId }) => {
      const line = seen.transactions.get(transactionId);
      return (
        isSame(line, transactions.get(transactionId)) &&
        isSame(seen.items.get(itemId), items.get(itemId)) &&
        (blocks.get(line?.accountId ?? "") ?? null) === (line?.blockId ?? null) &&
        !declined.has(`${transactionId} ${itemId}`)
      );
    });
  const nextId = idSequence();
  const kept = proposals.filter(holds).map((proposal) => ({ ...proposal, id: nextId() }));
  if (kept.length === 0) return 0;
  const [own] = await tx.query<{ version: string }>(
    "SELECT (pg_current_xact_id()::text::numeric % 4294967296)::text AS version",
  );
  assert(own, "a database transaction that writes has a number");
  seen.own.add(Number(own.version));
  await writeRunMatches(tx, kept, {
    ...{ runId: request.runId, by: viewer.actor.name, at: request.at, seen, nextId },
    ruleOf: request.ruleOf,
    payerKeyOf: (id) => {
      const transaction = seen.transactions.get(id);
      return transaction ? (payerOf(transaction)?.key ?? null) : null;
    },
  });
  await noteRunMatches(tx, viewer, kept, seen);
  return kept.length;
}

/** Locks rows in id order. @returns the version of each */
async function lockVersions(
  tx: TenantTransaction,
  table: "bank_transaction" | "open_item",
  ids: readonly string[],
): Promise<Map<string, number>> {
  // As one text: the driver takes longer to make thousands of rows than the database to lock them.
  const [locked] = await tx.query<{ rows: string | null }>(
    `SELECT string_agg(id || ' ' || version, ',') AS rows FROM (
       SELECT id, xmin AS version FROM ${table} WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE) locked`,
    [plainArray(ids)],
  );
  const versions = new Map<string, number>();
  for (const row of locked?.rows?.split(",") ?? []) {
    versions.set(row.slice(0, uuidLength), Number(row.slice(uuidLength)));
  }
  return versions;
}

async function readDeclined(
  tx: TenantTransaction,
  transactionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ transactionId: string; itemId: string }>(
    `SELECT transaction_id AS "transactionId", open_item_id AS "itemId"
     FROM declined_pair WHERE transaction_id = ANY ($1::uuid[])`,
    [plainArray(transactionIds)],
  );
  return new Set(rows.map(({ transactionId, itemId }) => `${transactionId} ${itemId}`));
}
