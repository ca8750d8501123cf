/**
 * The facts that leave an operation. An event names what changed by id; who may see it, and what it looks like,
 * is decided when it is read. Id lists are bounded by `eventIdsMax`: a larger change is several events.
 */
export type DomainEvent =
  | { topic: "bank_transactions.changed"; added: string[]; changed: string[]; removed: string[] }
  | { topic: "bank_connection.changed"; connectionId: string }
  | { topic: "sync.progressed"; connectionId: string; runId: string }
  | { topic: "matches.changed"; matchIds: string[]; openItemIds: string[] }
  | { topic: "open_items.changed"; openItemIds: string[] }
  | { topic: "imports.changed"; batchIds: string[] }
  /** More bank transactions than are worth naming one by one: ask again. */
  | { topic: "bank_transactions.many_changed" }
  /** Accounting connections, feeds and pushes: begun, further, ended. */
  | {
      topic: "accounting.changed";
      connectionIds: string[];
      feedIds: string[];
      operationIds: string[];
    }
  /** Runs and replays of matching: begun, further, ended, undone. With `rates`, those it reads are others now. */
  | { topic: "matching.changed"; runIds: string[]; replayIds: string[]; rates?: boolean }
  | { topic: "announcements.changed" };

export type Topic = DomainEvent["topic"];

/** An event as the log holds it: `seq` counts without gaps in each organisation. */
export interface LoggedEvent {
  readonly organisationId: string;
  readonly seq: bigint;
  readonly event: DomainEvent;
}

/** The most ids in one list of one event. */
export const eventIdsMax = 200;
