import type { TenantTransaction } from "../db/as-organisation.ts";
import type { DomainEvent } from "./topics.ts";

/**
 * Writes events to the organisation's log with consecutive numbers. The head's row lock lasts until the commit,
 * so numbers become visible in their own order: a reader that has seen `seq` has seen everything before it.
 */
export async function appendEvents(
  tx: TenantTransaction,
  events: readonly DomainEvent[],
): Promise<void> {
  await tx.query(
    `WITH head AS (
       INSERT INTO event_head AS h (organisation_id, last_seq) VALUES ($1, $2)
       ON CONFLICT (organisation_id) DO UPDATE SET last_seq = h.last_seq + excluded.last_seq
       RETURNING last_seq
     )
     INSERT INTO event (organisation_id, seq, topic, payload)
     SELECT $1, head.last_seq - $2 + e.place, e.payload ->> 'topic', e.payload - 'topic'
     FROM head, jsonb_array_elements($3::jsonb) WITH ORDINALITY AS e (payload, place)`,
    [tx.organisationId, events.length, JSON.stringify(events)],
  );
}
