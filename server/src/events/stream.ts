import type { DomainEvent, LoggedEvent } from "./topics.ts";

/** What a subscription gives: an event of the log, or the order to load again and go on from `seq`. */
export type StreamedEvent =
  | { readonly kind: "event"; readonly seq: bigint; readonly event: DomainEvent }
  | { readonly kind: "refetch"; readonly seq: bigint };

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
  #wake: (() => void) | null = null;

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

  async next(): Promise<IteratorResult<StreamedEvent, undefined>> {
    for (;;) {
      const first = this.#queue.shift();
      if (first) {
        if (first.kind === "event") this.#queuedBytes -= sizeOf(first.event);
        return { done: false, value: first };
      }
      if (this.#closed) return { done: true, value: undefined };
      if (this.#live) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else {
        this.#live = this.#source.attach(this);
        if (!this.#live) await this.#source.catchUp(this);
      }
    }
  }

  /** The feed supplies the stream from here on. */
  goLive(): void {
    this.#live = true;
  }

  push({ seq, event }: LoggedEvent): void {
    if (this.#closed || (this.cursor !== null && seq <= this.cursor)) return;
    this.cursor = seq;
    if (!this.#options.accepts(event)) return;
    if (this.#options.latestOnly && this.#queue.at(-1)?.kind === "event") this.#clear();
    this.#queue.push({ kind: "event", seq, event });
    this.#queuedBytes += sizeOf(event);
    if (this.#queue.length > queuedEventsMax || this.#queuedBytes > queuedBytesMax) {
      this.refetch(seq);
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

  #signal(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

/** About how many bytes an event holds: its ids are nearly all of it. */
export function sizeOf(event: DomainEvent): number {
  let ids = 1;
  for (const value of Object.values(event)) ids += Array.isArray(value) ? value.length : 1;
  return 64 + ids * 56;
}
