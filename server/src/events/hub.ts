import type { Database } from "../db/client.ts";
import { BetweenProcesses } from "./between-processes.ts";
import { OrganisationFeed } from "./feed.ts";
import { type EventPage, readEvents } from "./read-events.ts";
import { onCommitted } from "./signal.ts";
import { EventStream, type StreamOptions } from "./stream.ts";
import { Trimmer } from "./trimmer.ts";

/** How often every followed log is looked at though nobody said that it grew, in milliseconds. */
const pollMs = 15_000;
/** The same while the other processes cannot be heard. */
const pollDeafMs = 1_000;
/** Reads of logs that may use the pool at one time. */
const readsMax = 3;

export interface EventHubOptions {
  database: Database;
  /** The restricted role's address, for the one connection that listens. */
  url: string;
  retentionHours: number;
  now: () => Date;
  /** Told of failures that the hub gets over by itself. */
  onFailure(error: unknown): void;
  /** Other channels of PostgreSQL to listen to on the hub's connection, each with what hears it. */
  channels?: Readonly<Record<string, (payload: string) => void>>;
  /** It listens (again): what was said on a channel before may have been missed. */
  onConnected?(): void;
  /** For tests: false makes the hub hear its own process only as another process would. */
  hearsOwnProcess?: boolean;
}

/**
 * The live half of the outbox: hands each organisation's new events to whoever follows it in this process. The
 * log in the database is the truth; everything that is heard only says when to look.
 */
export class EventHub {
  readonly #options: EventHubOptions;
  readonly #feeds = new Map<string, OrganisationFeed>();
  readonly #others: BetweenProcesses;
  readonly #trimmer: Trimmer;
  readonly #stops: (() => void)[] = [];
  #reads = 0;
  readonly #readers: (() => void)[] = [];
  #poll: NodeJS.Timeout | null = null;

  constructor(options: EventHubOptions) {
    this.#options = options;
    this.#trimmer = new Trimmer(options);
    this.#others = new BetweenProcesses({
      url: options.url,
      onGrown: (organisationId) => this.#feeds.get(organisationId)?.wake(),
      channels: options.channels ?? {},
      onConnected: () => {
        this.#lookAtAll();
        options.onConnected?.();
      },
      onFailure: options.onFailure,
    });
  }

  /** Begins to listen. Resolves also when PostgreSQL does not answer yet: the hub goes on trying. */
  async start(): Promise<void> {
    this.#stops.push(
      onCommitted((organisationId) => {
        if (this.#options.hearsOwnProcess !== false) this.#feeds.get(organisationId)?.wake();
        this.#others.tell(organisationId);
        this.#trimmer.committed(organisationId);
      }),
    );
    this.#pollLater();
    await this.#others.start();
  }

  /**
   * Follows an organisation's events. Whoever calls it has made sure that the caller may see them.
   * The stream must be closed when it is no longer read.
   */
  follow(organisationId: string, options: StreamOptions): EventStream {
    let feed = this.#feeds.get(organisationId);
    if (!feed) {
      feed = this.#openFeed(organisationId);
      this.#feeds.set(organisationId, feed);
    }
    return new EventStream(feed, options);
  }

  /** Where the organisation's log ends now. */
  async cursor(organisationId: string): Promise<bigint> {
    const { head } = await this.#read(organisationId, 0n, 0);
    return head;
  }

  /** Ends all streams. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    if (this.#poll) clearTimeout(this.#poll);
    for (const feed of [...this.#feeds.values()]) feed.closeAll();
    await Promise.all([this.#others.stop(), this.#trimmer.stop()]);
  }

  #openFeed(organisationId: string): OrganisationFeed {
    const feed = new OrganisationFeed({
      read: (after, countMax) => this.#read(organisationId, after, countMax),
      onIdle: () => {
        if (this.#feeds.get(organisationId) === feed) this.#feeds.delete(organisationId);
      },
      onFailure: this.#options.onFailure,
    });
    return feed;
  }

  /** A storm over many organisations must leave the pool to the requests. */
  async #read(organisationId: string, after: bigint, countMax: number): Promise<EventPage> {
    if (this.#reads >= readsMax) {
      await new Promise<void>((resolve) => this.#readers.push(resolve));
    } else {
      this.#reads += 1;
    }
    try {
      return await readEvents(this.#options.database, organisationId, after, countMax);
    } finally {
      const next = this.#readers.shift();
      if (next) next();
      else this.#reads -= 1;
    }
  }

  #lookAtAll(): void {
    for (const feed of this.#feeds.values()) feed.wake();
  }

  #pollLater(): void {
    this.#poll = setTimeout(
      () => {
        this.#lookAtAll();
        this.#pollLater();
      },
      this.#others.connected ? pollMs : pollDeafMs,
    );
    this.#poll.unref();
  }
}
