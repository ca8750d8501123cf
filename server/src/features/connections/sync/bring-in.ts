import { isSyncable } from "../../../core/connection-status.ts";
import type { TenantTransaction } from "../../../db/as-organisation.ts";
import { newId } from "../../../db/ids.ts";
import { emit } from "../../../events/emit.ts";
import type {
  ProviderAccount,
  ProviderTransaction,
  WholeRange,
} from "../../../providers/provider.ts";
import { Conflict, NotFound } from "../../errors.ts";
import { enqueueMatching } from "../../reconciliation/enqueue-matching.ts";
import { pathOf } from "../account-path.ts";
import { lockConnection } from "../connection.ts";
import { moveStatus } from "../move-status.ts";
import { saveAccounts } from "../save-accounts.ts";
import { type AppliedChanges, applyChanges } from "./apply-changes.ts";
import { dropStaged } from "./loop.ts";
import { ChangeBuffer } from "./staging.ts";

/** What the bank's side posts at once, in the provider contract's words. */
export interface PushedBatch {
  /** Those that it tells something of; others stay as they are. */
  readonly accounts: readonly ProviderAccount[];
  /** New or changed, told apart by their ids. Of two with one id the last counts. */
  readonly rows: readonly ProviderTransaction[];
  readonly removed: readonly { externalId: string; accountExternalId: string | null }[];
  /** Parts of accounts that the batch holds whole: what is known in them and not in it is gone. */
  readonly whole: readonly WholeRange[];
}

/**
 * Brings a posted batch into the books, in the caller's transaction: accounts, rows, status, a finished run, events,
 * and the matching that follows. The same batch again changes nothing. The caller bounds the batch and has authorised.
 * @throws NotFound, Conflict when the connection takes nothing in, or when it is being pulled just now
 */
export async function bringIn(
  tx: TenantTransaction,
  connection: { readonly id: string },
  batch: PushedBatch,
  now: Date,
): Promise<AppliedChanges> {
  const locked = await lockConnection(tx, connection.id);
  if (locked === null) throw new NotFound("bank connection");
  const { id, status, institutionId } = locked;
  if (!isSyncable(status)) {
    throw new Conflict(`A connection that is ${status.replaceAll("_", " ")} takes nothing in.`);
  }
  await refuseBesidePull(tx, id);
  const path = pathOf("push");
  await saveAccounts(tx, locked, batch.accounts, { now, complete: false, institutionId, path });
  const buffer = new ChangeBuffer();
  buffer.add({ added: batch.rows, modified: [], removed: batch.removed });
  await buffer.flush(tx, id);
  const read = { whole: batch.whole, unread: [] };
  const applied = await applyChanges(tx, { connectionId: id, path }, read, now);
  await dropStaged(tx, id);
  await tx.prisma.bankConnection.update({
    where: { organisationId_id: { organisationId: tx.organisationId, id } },
    data: { lastSyncAt: now, successfullyAggregatedAt: now },
  });
  await moveStatus(tx, locked, { type: "sync_succeeded" });
  await recordRun(tx, id, applied, now);
  if (applied.added + applied.modified + applied.removed > 0) await enqueueMatching(tx, "sync");
  emit(tx, { topic: "bank_connection.changed", connectionId: id });
  return applied;
}

/** Its staged pages would be taken for this batch's rows. Only a connector that does both meets this. */
async function refuseBesidePull(tx: TenantTransaction, connectionId: string): Promise<void> {
  const pulls = await tx.prisma.syncLoop.count({
    where: { organisationId: tx.organisationId, connectionId },
  });
  if (pulls > 0) throw new Conflict("This connection is being synced: send it again in a moment.");
}

async function recordRun(
  tx: TenantTransaction,
  connectionId: string,
  applied: AppliedChanges,
  now: Date,
): Promise<void> {
  const id = newId();
  await tx.prisma.syncRun.create({
    data: {
      id,
      organisationId: tx.organisationId,
      connectionId,
      trigger: "push",
      status: "succeeded",
      pages: 1,
      ...applied,
      startedAt: now,
      finishedAt: now,
    },
  });
  emit(tx, { topic: "sync.progressed", connectionId, runId: id });
}
