import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { ExecutionResult } from "graphql";
import type { Logger } from "pino";
import type { StreamedEvent } from "../events/stream.ts";
import { presentError } from "./present-error.ts";

/** What is kept for subscribers who are a little behind the first. */
const renderedMax = 128;
const renderedBytesMax = 8 * 1_048_576;
/** How often a figure that only counts at its newest is worked out, in milliseconds. */
const latestEveryMs = 300;
const retryMs = 250;

/** One event's answer, and the same as JSON in UTF-8. */
export interface RenderedEvent {
  readonly result: ExecutionResult;
  readonly json: Buffer;
}

/** Told with the answer, or with null when there is none to be had. */
type Waiting = (rendered: RenderedEvent | null) => void;

interface Entry {
  /** Undefined while it is being worked out. */
  rendered: RenderedEvent | null | undefined;
  waiting: Waiting[];
}

type Execute = (event: StreamedEvent) => Promise<ExecutionResult>;

/** Works each event out once, for all subscribers to whom it looks the same. */
export class SharedExecution {
  users = 0;
  readonly #log: Logger;
  readonly #execute: Execute;
  /** In the order in which they were asked for. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  /** The newest event that was begun ahead of its turn. */
  #preparedTo = -1n;
  #resting: Promise<void> | null = null;

  constructor(log: Logger, execute: Execute) {
    this.#log = log;
    this.#execute = execute;
  }

  /** Set while a figure was worked out a moment ago: the next is due when it resolves. */
  get resting(): Promise<void> | null {
    return this.#resting;
  }

  /** Calls back with the event's answer, at once when it is there. */
  render(event: StreamedEvent, latestOnly: boolean, answer: Waiting): void {
    const known = this.#entries.get(keyOf(event));
    if (known?.rendered !== undefined) {
      answer(known.rendered);
    } else {
      (known ?? this.#open(event)).waiting.push(answer);
      if (latestOnly && !known) this.#rest();
    }
  }

  /** Begins with what will be asked for next, so that the database works while this process sends. */
  prepare(event: StreamedEvent): void {
    if (event.seq <= this.#preparedTo) return;
    this.#preparedTo = event.seq;
    if (!this.#entries.has(keyOf(event))) this.#open(event);
  }

  #open(event: StreamedEvent): Entry {
    const entry: Entry = { rendered: undefined, waiting: [] };
    const key = keyOf(event);
    this.#entries.set(key, entry);
    void this.#renderInto(entry, key, event);
    return entry;
  }

  async #renderInto(entry: Entry, key: string, event: StreamedEvent): Promise<void> {
    const rendered = await this.#renderNew(event);
    entry.rendered = rendered;
    if (rendered) this.#account(rendered.json.length);
    else this.#entries.delete(key);
    for (const answer of entry.waiting.splice(0)) answer(rendered);
  }

  /** An event that cannot be worked out, even again, becomes a `refetch`: nothing is passed over in silence. */
  async #renderNew(event: StreamedEvent): Promise<RenderedEvent | null> {
    const first = await this.#attempt(event);
    if (first) return first;
    await wait(retryMs, undefined, { ref: false });
    return (
      (await this.#attempt(event)) ?? (await this.#attempt({ kind: "refetch", seq: event.seq }))
    );
  }

  async #attempt(event: StreamedEvent): Promise<RenderedEvent | null> {
    const requestId = randomUUID();
    const present = (error: unknown) =>
      presentError(error, { development: false, log: this.#log, requestId });
    try {
      const { data, errors } = await this.#execute(event);
      const result: ExecutionResult = errors ? { data, errors: errors.map(present) } : { data };
      return data ? { result, json: Buffer.from(JSON.stringify(result)) } : null;
    } catch (error) {
      present(error);
      return null;
    }
  }

  #account(bytes: number): void {
    this.#bytes += bytes;
    if (this.#entries.size <= renderedMax && this.#bytes <= renderedBytesMax) return;
    // Started over rather than trimmed one by one: whoever needs an old one works it out again.
    for (const [key, { rendered }] of this.#entries) {
      if (rendered !== undefined) this.#entries.delete(key);
    }
    this.#bytes = 0;
  }

  #rest(): void {
    this.#resting ??= wait(latestEveryMs, undefined, { ref: false }).then(() => {
      this.#resting = null;
    });
  }
}

function keyOf({ kind, seq }: StreamedEvent): string {
  return `${kind} ${seq}`;
}
