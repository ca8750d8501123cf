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

type Execute = (event: StreamedEvent) => Promise<ExecutionResult>;

/** Works each event out once, for all subscribers to whom it looks the same. */
export class SharedExecution {
  users = 0;
  readonly #log: Logger;
  readonly #execute: Execute;
  /** In the order in which they were asked for. */
  readonly #rendered = new Map<string, Promise<RenderedEvent>>();
  #bytes = 0;
  #turn: Promise<void> | null = null;

  constructor(log: Logger, execute: Execute) {
    this.#log = log;
    this.#execute = execute;
  }

  /** Resolves when the next figure may be worked out. */
  async turn(): Promise<void> {
    await this.#turn;
  }

  render(event: StreamedEvent, latestOnly: boolean): Promise<RenderedEvent> {
    const key = `${event.kind} ${event.seq}`;
    const known = this.#rendered.get(key);
    if (known) return known;
    const rendered = this.#renderNew(event);
    this.#rendered.set(key, rendered);
    void rendered.then(
      ({ json }) => this.#account(json.length),
      () => this.#rendered.delete(key),
    );
    if (latestOnly) {
      this.#turn ??= wait(latestEveryMs, undefined, { ref: false }).then(() => {
        this.#turn = null;
      });
    }
    return rendered;
  }

  /** An event that cannot be worked out, even again, becomes a `refetch`: nothing is passed over in silence. */
  async #renderNew(event: StreamedEvent): Promise<RenderedEvent> {
    const first = await this.#attempt(event);
    if (first) return first;
    await wait(retryMs, undefined, { ref: false });
    const second = await this.#attempt(event);
    if (second) return second;
    const refetch = await this.#attempt({ kind: "refetch", seq: event.seq });
    if (refetch) return refetch;
    throw new Error(`Event ${event.seq} cannot be delivered, not even as a refetch`);
  }

  async #attempt(event: StreamedEvent): Promise<RenderedEvent | null> {
    const requestId = randomUUID();
    const present = (error: unknown) =>
      presentError(error, { development: false, log: this.#log, requestId });
    try {
      const { data, errors } = await this.#execute(event);
      const result: ExecutionResult = errors ? { data, errors: errors.map(present) } : { data };
      if (!data) {
        for (const error of errors ?? []) present(error);
        return null;
      }
      return { result, json: Buffer.from(JSON.stringify(result)) };
    } catch (error) {
      present(error);
      return null;
    }
  }

  #account(bytes: number): void {
    this.#bytes += bytes;
    if (this.#rendered.size <= renderedMax && this.#bytes <= renderedBytesMax) return;
    // Started over rather than trimmed one by one: whoever needs an old one works it out again.
    this.#rendered.clear();
    this.#bytes = 0;
  }
}
