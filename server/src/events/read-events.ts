import { readAsOrganisation } from "../db/as-organisation.ts";
import type { Database } from "../db/client.ts";
import type { DomainEvent, LoggedEvent } from "./topics.ts";

/** A stretch of an organisation's log. */
export interface EventPage {
  /** The number of the newest event that was ever written; 0n when there is none. */
  readonly head: bigint;
  /** Ascending. Shorter than asked for: the page reaches the head. */
  readonly events: readonly LoggedEvent[];
}

interface Row {
  head: bigint;
  seq: bigint | null;
  topic: string;
  payload: object;
}

/** Reads at most `countMax` events after `after`, and where the log ends, in one snapshot. */
export async function readEvents(
  database: Database,
  organisationId: string,
  after: bigint,
  countMax: number,
): Promise<EventPage> {
  const rows = await readAsOrganisation(database, organisationId, (sql) =>
    sql.query<Row>(
      `SELECT coalesce(h.last_seq, 0) AS head, e.seq, e.topic, e.payload
       FROM (SELECT) AS one
       LEFT JOIN event_head h ON h.organisation_id = $1
       LEFT JOIN LATERAL (
         SELECT seq, topic, payload FROM event
         WHERE organisation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
       ) AS e ON true
       ORDER BY e.seq`,
      [organisationId, after, countMax],
    ),
  );
  const events = rows.flatMap(({ seq, topic, payload }) =>
    seq === null ? [] : [{ organisationId, seq, event: { ...payload, topic } as DomainEvent }],
  );
  return { head: rows[0]?.head ?? 0n, events };
}

/**
 * Whether the page holds everything after `after`. Numbers have no gaps, so a missing first one was trimmed;
 * a head before `after` means that the cursor is from another log (a database put back from a backup).
 */
export function reachesBack(page: EventPage, after: bigint): boolean {
  const [first] = page.events;
  return first ? first.seq === after + 1n : page.head === after;
}
