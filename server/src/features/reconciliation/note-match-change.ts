import type { TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import { eventIdsMax } from "../../events/topics.ts";
import { type AuditRecord, recordAudits } from "../audit/record.ts";
import { emitTransactionsChanged } from "../transactions/emit-transactions-changed.ts";
import type { Viewer } from "../viewer.ts";

interface ChangedMatch {
  readonly id: string;
  readonly payments: readonly { readonly transactionId: string; readonly openItemId: string }[];
}

/**
 * Tells the log and the subscribers of matches that were made or undone. The log's entries name the bank
 * transactions: a person asks a line of the account what became of it.
 */
export async function noteMatchChange(
  tx: TenantTransaction,
  viewer: Viewer,
  matches: readonly ChangedMatch[],
  action: "match.confirmed" | "match.proposed" | "match.voided",
  more: { numbers: ReadonlyMap<string, string>; reason?: string | null },
): Promise<void> {
  const records = matches.flatMap((match): AuditRecord[] =>
    unique(match.payments.map(({ transactionId }) => transactionId)).map((subjectId) => ({
      action,
      subjectKind: "bank_transaction",
      subjectId,
      detail: {
        matchId: match.id,
        numbers: unique(
          match.payments
            .filter(({ transactionId }) => transactionId === subjectId)
            .map(({ openItemId }) => more.numbers.get(openItemId) ?? openItemId),
        ),
        ...(more.reason ? { reason: more.reason } : {}),
      },
    })),
  );
  await recordAudits(tx, viewer, records);
  const payments = matches.flatMap((match) => match.payments);
  emitTransactionsChanged(tx, unique(payments.map(({ transactionId }) => transactionId)));
  emitMatchesChanged(
    tx,
    matches.map(({ id }) => id),
    unique(payments.map(({ openItemId }) => openItemId)),
  );
}

/** Tells of matches and the open items concerned, a large change in several events. */
export function emitMatchesChanged(
  tx: TenantTransaction,
  matchIds: readonly string[],
  openItemIds: readonly string[],
): void {
  const length = Math.max(matchIds.length, openItemIds.length);
  for (let start = 0; start < length; start += eventIdsMax) {
    emit(tx, {
      topic: "matches.changed",
      matchIds: matchIds.slice(start, start + eventIdsMax),
      openItemIds: openItemIds.slice(start, start + eventIdsMax),
    });
  }
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
