import type { TenantTransaction } from "../db/as-organisation.ts";
import { appendEvents } from "./append-events.ts";
import { signalCommitted } from "./signal.ts";
import type { DomainEvent } from "./topics.ts";

const collected = new WeakMap<TenantTransaction, DomainEvent[]>();

/**
 * Adds an event to the transaction of the fact it tells of. All events of a transaction are written in one go
 * just before the commit, because numbering them takes the organisation's event lock: held last and shortest,
 * it cannot deadlock with the rows that operations lock.
 */
export function emit(tx: TenantTransaction, event: DomainEvent): void {
  const waiting = collected.get(tx);
  if (waiting) {
    waiting.push(event);
    return;
  }
  const events = [event];
  collected.set(tx, events);
  tx.beforeCommit(async () => {
    collected.delete(tx);
    await appendEvents(tx, events);
  });
  tx.afterCommit(() => signalCommitted(tx.organisationId));
}
