import type { ExecutionResult } from "graphql";
import type { LiveSubscription } from "../graphql/live-subscription.ts";

type Step = IteratorResult<ExecutionResult, undefined>;

interface Pull {
  resolve(step: Step): void;
  reject(error: unknown): void;
}

const done: Step = { done: true, value: undefined };

/** A live subscription as graphql-yoga consumes it: pulled, so that a slow client slows only itself. */
export class PulledResults implements AsyncIterableIterator<ExecutionResult> {
  readonly #subscription: LiveSubscription;
  #pull: Pull | null = null;
  #resume: (() => void) | null = null;
  #started = false;
  #ended = false;

  constructor(subscription: LiveSubscription) {
    this.#subscription = subscription;
  }

  next(): Promise<Step> {
    if (this.#ended) return Promise.resolve(done);
    return new Promise((resolve, reject) => {
      this.#pull = { resolve, reject };
      if (this.#started) this.#resume?.();
      else this.#start();
    });
  }

  return(): Promise<Step> {
    this.#subscription.close();
    this.#end();
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #start(): void {
    this.#started = true;
    this.#subscription.start({
      take: ({ result }) => {
        this.#pull?.resolve({ done: false, value: result });
        this.#pull = null;
        return new Promise((resolve) => {
          this.#resume = resolve;
        });
      },
      end: (error) => this.#end(error),
    });
  }

  #end(error?: unknown): void {
    this.#ended = true;
    if (error === undefined) this.#pull?.resolve(done);
    else this.#pull?.reject(error);
    this.#pull = null;
  }
}
