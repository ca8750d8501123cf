import type { Reply, Request } from "../http/exchange.ts";
import type { WireFact } from "../wires/wire.ts";

/**
 * What accounts are kept with, reached through one API: the other end of the product, beside the aggregators of banks.
 * It has companies and their books, and nothing of the banks' consents.
 */
export interface Platform {
  /** As in the server: codat. */
  readonly name: string;
  /** As people call it. */
  readonly label: string;
  /** Whether a request of the shared HTTP server is this platform's to answer. */
  owns(request: Request): boolean;
  answer(request: Request): Reply | Promise<Reply>;
  /** Brings a fact of its own back from the journal. */
  apply(fact: WireFact): void;
  /** Called once, when the facts of an earlier run have been applied and before the first request. */
  start?(): void;
  /** Does at once what is planned for a little later. */
  flush(): void;
  close(): void;
  /** A page of its own below `/control`. */
  page(nonce: string): string;
  /** What its control API tells, by name. */
  readonly reads: Readonly<Record<string, (query: URLSearchParams) => unknown>>;
  /** What its control API can do, by name. Refuses by throwing a `ControlProblem`. */
  readonly writes: Readonly<Record<string, (body: Record<string, unknown>) => unknown>>;
}
