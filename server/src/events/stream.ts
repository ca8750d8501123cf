import type { DomainEvent, LoggedEvent } from "./topics.ts";

/** What a subscription gives: an event of the log, or the order to load again and go on from `seq`. */
export type StreamedEvent =
  | {
      readonly kind: "event";
      readonly seq: bigint;
      readonly event: DomainEvent;
      /** About how much memory it holds. */
      readonly bytes: number;
    }
  | { readonly kind: "refetch"; readonly seq: bigint };

/** One event of the log, as all its streams share it. */
export type SharedEvent = Extract<StreamedEvent, { kind: "event" }>;

/** How much may wait for one subscriber before its queue is given up for one `refetch`. */
export const queuedEventsMax = 1_000;
export const queuedBytesMax = 4 * 1_048_576;

export interface StreamOptions {
  /** The last place that the subscriber has seen; null: from now on. */
  readonly after: bigint | null;
  /** Which events it wants; the others pass it by. */
  readonly accepts: (event: DomainEvent) => boolean;
  /** True where only the newest counts, such as a figure: a waiting event makes room for the next. */
  readonly latestOnly?: boolean;
}

/** Where a stream gets its events from: the organisation's feed. */
export interface StreamSource {
  /** Hands out what the stream has not seen, if the feed still has it in memory, and keeps it supplied from then on. */
  attach(stream: EventStream): boolean;
  /** Fills the stream from the log, and attaches it when that brought it up to date. */
  catchUp(stream: EventStream): Promise<void>;
  detach(stream: EventStream): void;
}

/**
 * One subscriber's events, in order, each once. It first reads the log, at the pace of its consumer, then is
 * supplied by its organisation's feed. Ends when it is closed.
 */
export class EventStream implements AsyncIterableIterator<StreamedEvent> {
  /** Everything up to here has been queued or passed by; null until it is known where "now" is. */
  cursor: bigint | null;
  readonly #source: StreamSource;
  readonly #options: StreamOptions;
  #queue: StreamedEvent[] = [];
  #queuedBytes = 0;
  #live = false;
  #closed = false;
  #wake: ((error?: unknown) => void) | null = null;

  constructor(source: StreamSource, options: StreamOptions) {
    this.#source = source;
    this.#options = options;
    this.cursor = options.after;
    this.#live = source.attach(this);
  }

  /** Whether only the newest event counts to the subscriber. */
  get latestOnly(): boolean {
    return this.#options.latestOnly ?? false;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The next event if it is there. Null: ask again once `whenReady` has called, unless the stream is closed. */
  take(): StreamedEvent | null {
    const first = this.#queue.shift();
    if (!first) return null;
    if (first.kind === "event") this.#queuedBytes -= first.bytes;
    return first;
  }

  /** What `take` would give; or, with `ahead`, what it would give so many calls later. */
  peek(ahead = 0): StreamedEvent | null {
    return this.#queue[ahead] ?? null;
  }

  /**
   * Calls back once: when there is something to take, when the stream is closed, or with the error when the log could
   * not be read. A callback and not a promise, because thousands of streams wait for the same event.
   */
  whenReady(ready: (error?: unknown) => void): void {
    if (this.#queue.length > 0 || this.#closed) {
      ready();
    } else {
      this.#wake = ready;
      if (!this.#live) void this.#catchUp();
    }
  }

  async next(): Promise<IteratorResult<StreamedEvent, undefined>> {
    for (;;) {
      const value = this.take();
      if (value) return { done: false, value };
      if (this.#closed) return { done: true, value: undefined };
      await new Promise<void>((resolve, reject) => {
        this.whenReady((error) => (error === undefined ? resolve() : reject(error)));
      });
    }
  }

  /** Reads the log until there is something to take or the feed takes over. */
  async #catchUp(): Promise<void> {
    try {
      while (!this.#live && !this.#closed && this.#queue.length === 0) {
        this.#live = this.#source.attach(this);
        if (!this.#live) await this.#source.catchUp(this);
      }
    } catch (error) {
      this.#signal(error);
    }
  }

  /** The feed supplies the stream from here on. */
  goLive(): void {
    this.#live = true;
  }

  push(shared: SharedEvent): void {
    if (this.#closed || (this.cursor !== null && shared.seq <= this.cursor)) return;
    this.cursor = shared.seq;
    if (!this.#options.accepts(shared.event)) return;
    if (this.#options.latestOnly && this.#queue.at(-1)?.kind === "event") this.#clear();
    this.#queue.push(shared);
    this.#queuedBytes += shared.bytes;
    if (this.#queue.length > queuedEventsMax || this.#queuedBytes > queuedBytesMax) {
      this.refetch(shared.seq);
    } else {
      this.#signal();
    }
  }

  /** Gives up what waits: the subscriber loads again and goes on from `seq`. */
  refetch(seq: bigint): void {
    if (this.#closed) return;
    this.#clear();
    this.cursor = seq;
    this.#queue.push({ kind: "refetch", seq });
    this.#signal();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#clear();
    this.#source.detach(this);
    this.#signal();
  }

  return(): Promise<IteratorResult<StreamedEvent, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #clear(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #signal(error?: unknown): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.(error);
  }
}

/** An event as it is handed out. Its ids are nearly all that it holds. */
export function sharedEvent({ seq, event }: LoggedEvent): SharedEvent {
  let ids = 1;
  for (const value of Object.values(event)) ids += Array.isArray(value) ? value.length : 1;
  return { kind: "event", seq, event, bytes: 64 + ids * 56 };
}
