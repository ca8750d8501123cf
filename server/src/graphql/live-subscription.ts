import type { EventStream } from "../events/stream.ts";
import type { RenderedEvent, SharedExecution } from "./shared-execution.ts";

/** How many events are worked out at one time for one execution: each may need a database connection. */
const aheadMax = 4;

/** What takes a subscription's results. */
export interface Sink {
  /**
   * Takes the next result.
   * @returns null when it can take another at once; otherwise when it can
   */
  take(rendered: RenderedEvent): Promise<void> | null;
  /** There is no more. With an error: the subscription broke off, and may be taken up again by its cursor. */
  end(error?: unknown): void;
}

/**
 * One subscriber's results: its own events, answered by an execution that it shares. It works with callbacks where
 * promises would read better, because with thousands of subscribers they cost as much as the sending itself.
 */
export class LiveSubscription {
  readonly #stream: EventStream;
  readonly #execution: SharedExecution;
  readonly #onClose: () => void;
  #sink: Sink | null = null;
  #closed = false;
  #handing = false;
  #again = false;

  constructor(stream: EventStream, execution: SharedExecution, onClose: () => void) {
    this.#stream = stream;
    this.#execution = execution;
    this.#onClose = onClose;
  }

  /** Begins to hand results to the sink, one after the other. Called once. */
  start(sink: Sink): void {
    this.#sink = sink;
    this.#handOn();
  }

  /** Ends it from the subscriber's side; the sink is told nothing more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.close();
    this.#onClose();
  }

  /** Hands on what is there, until something has to be waited for. A loop: what is there may be a thousand. */
  readonly #handOn = (error?: unknown): void => {
    if (this.#handing) {
      this.#again = true;
      return;
    }
    this.#handing = true;
    let reason = error;
    do {
      this.#again = false;
      this.#handOne(reason);
      reason = undefined;
    } while (this.#again && !this.#closed);
    this.#handing = false;
  };

  #handOne(error: unknown): void {
    if (this.#closed) return;
    const { latestOnly } = this.#stream;
    if (error !== undefined) {
      this.#end(error);
    } else if (latestOnly && this.#execution.resting) {
      void this.#execution.resting.then(this.#goOn);
    } else {
      if (!latestOnly) this.#prepare();
      const event = this.#stream.take();
      if (event) this.#execution.render(event, latestOnly, this.#rendered);
      else if (this.#stream.closed) this.#end();
      else this.#stream.whenReady(this.#handOn);
    }
  }

  /** Lets the execution begin with the next few, while the first is being sent. */
  #prepare(): void {
    for (let ahead = 0; ahead < aheadMax; ahead += 1) {
      const next = this.#stream.peek(ahead);
      if (!next) return;
      this.#execution.prepare(next);
    }
  }

  readonly #goOn = (): void => this.#handOn();

  readonly #rendered = (rendered: RenderedEvent | null): void => {
    if (this.#closed) return;
    if (!rendered) {
      this.#end(new Error("An event cannot be told, not even as a refetch"));
      return;
    }
    const busy = this.#sink?.take(rendered);
    if (busy) void busy.then(this.#goOn);
    else this.#handOn();
  };

  #end(error?: unknown): void {
    this.close();
    this.#sink?.end(error);
  }
}
