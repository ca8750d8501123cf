import { type EventPage, reachesBack } from "./read-events.ts";
import { type EventStream, type SharedEvent, type StreamSource, sharedEvent } from "./stream.ts";

/** What a feed keeps in memory, so that a subscriber who was away for a moment costs no read. */
const recentEventsMax = 128;
const recentBytesMax = 1_048_576;
/** The most events that are read from the log in one go. */
export const pageEventsMax = 200;

export interface FeedOptions {
  /** Reads the organisation's log. */
  read(after: bigint, countMax: number): Promise<EventPage>;
  /** The last stream has gone. */
  onIdle(): void;
  onFailure(error: unknown): void;
}

/**
 * One organisation's log as this process sees it: each new event is read once and handed to every stream. There
 * is a feed for as long as somebody subscribes.
 */
export class OrganisationFeed implements StreamSource {
  readonly #options: FeedOptions;
  readonly #live = new Set<EventStream>();
  readonly #waiting = new Set<EventStream>();
  /** Everything up to here has been handed to the live streams; null until the first read. */
  #position: bigint | null = null;
  /** The events just before the position, without a gap. */
  #recent: SharedEvent[] = [];
  #recentBytes = 0;
  #reading = false;
  #again = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  attach(stream: EventStream): boolean {
    this.#waiting.add(stream);
    if (this.#position === null) return false;
    stream.cursor ??= this.#position;
    const behind = this.#position - stream.cursor;
    if (behind < 0n || behind > BigInt(this.#recent.length)) return false;
    this.#goLive(stream);
    return true;
  }

  async catchUp(stream: EventStream): Promise<void> {
    if (stream.cursor === null) {
      const { head } = await this.#options.read(0n, 0);
      this.#position ??= head;
      return;
    }
    const after = stream.cursor;
    const page = await this.#options.read(after, pageEventsMax);
    if (!this.#waiting.has(stream)) return;
    if (reachesBack(page, after)) for (const event of page.events) stream.push(sharedEvent(event));
    else stream.refetch(page.head);
    // Ahead of the feed is fine: the stream passes over what it has seen.
    const { cursor } = stream;
    if (cursor === page.head && (this.#position === null || cursor >= this.#position)) {
      this.#position ??= cursor;
      this.#goLive(stream);
    }
  }

  detach(stream: EventStream): void {
    this.#live.delete(stream);
    this.#waiting.delete(stream);
    if (this.#live.size + this.#waiting.size === 0) this.#options.onIdle();
  }

  /** The log may have grown: reads on. Calls while a read is under way become one more read. */
  wake(): void {
    this.#again = true;
    if (!this.#reading) void this.#readOn();
  }

  closeAll(): void {
    for (const stream of [...this.#live, ...this.#waiting]) stream.close();
  }

  #goLive(stream: EventStream): void {
    for (const event of this.#recent) stream.push(event);
    this.#waiting.delete(stream);
    this.#live.add(stream);
    stream.goLive();
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#again && this.#live.size + this.#waiting.size > 0) {
        this.#again = false;
        await this.#readPage();
      }
    } catch (error) {
      // The hub looks again by itself (see its poll).
      this.#options.onFailure(error);
    } finally {
      this.#reading = false;
    }
  }

  async #readPage(): Promise<void> {
    const after = this.#position;
    if (after === null) {
      const { head } = await this.#options.read(0n, 0);
      this.#position ??= head;
      // A stream that caught up meanwhile may have set an earlier place.
      if (head > this.#position) this.#again = true;
      return;
    }
    const page = await this.#options.read(after, pageEventsMax);
    if (!reachesBack(page, after)) {
      this.#position = page.head;
      this.#recent = [];
      this.#recentBytes = 0;
      for (const stream of this.#live) stream.refetch(page.head);
      return;
    }
    for (const event of page.events) this.#hand(sharedEvent(event));
    if (page.events.length === pageEventsMax) this.#again = true;
  }

  #hand(event: SharedEvent): void {
    this.#position = event.seq;
    this.#recent.push(event);
    this.#recentBytes += event.bytes;
    while (this.#recent.length > recentEventsMax || this.#recentBytes > recentBytesMax) {
      const oldest = this.#recent.shift();
      if (oldest) this.#recentBytes -= oldest.bytes;
    }
    for (const stream of this.#live) stream.push(event);
  }
}
