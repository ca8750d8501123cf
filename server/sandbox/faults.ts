/** Named ways to fail, for one consent, for one wire or for all, for a number of times or a while. */
export const faultNames = [
  "login_required",
  "rate_limit",
  "internal_error",
  "slow",
  "hang",
  "connection_reset",
  "truncated_json",
  "endless_pages",
  "mutation",
  "mutation_during_pagination",
  "duplicate_webhooks",
  "out_of_order_webhooks",
  "institution_down",
] as const;

export type FaultName = (typeof faultNames)[number];

export interface Fault {
  id: number;
  name: FaultName;
  /** null is every wire. */
  wire: string | null;
  /** null is every consent, and calls that belong to none. */
  consentId: string | null;
  /** How often it still strikes; null is until it ends or is cleared. */
  left: number | null;
  /** Instant in milliseconds; null is no end. */
  until: number | null;
  /** For "slow" and "hang": how long. */
  ms: number;
  /** For "rate_limit": the seconds of its Retry-After; null sends none. */
  retryAfter: number | null;
}

/** Whom a call or a webhook is about. */
export interface FaultTarget {
  wire: string;
  /** null where it is about no single consent. */
  consentId: string | null;
}

const faultsMax = 2_000;

export class Faults {
  #faults: Fault[] = [];
  #nextId = 1;
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  set(of: Omit<Fault, "id">): Fault {
    const fault = { ...of, id: this.#nextId++ };
    this.#faults = [...this.list(), fault].slice(-faultsMax);
    return fault;
  }

  list(): Fault[] {
    this.#faults = this.#faults.filter(
      (f) => (f.left === null || f.left > 0) && (f.until === null || f.until > this.#now()),
    );
    return [...this.#faults];
  }

  clear(id?: number): void {
    this.#faults = id === undefined ? [] : this.#faults.filter((fault) => fault.id !== id);
  }

  /** Whether the fault is set, without using it up. */
  peek(name: FaultName, target: FaultTarget): Fault | undefined {
    return this.list().find(
      (f) =>
        f.name === name &&
        (f.wire === null || f.wire === target.wire) &&
        (f.consentId === null || f.consentId === target.consentId),
    );
  }

  /** The fault if it is set, counted down by one. */
  take(name: FaultName, target: FaultTarget): Fault | undefined {
    const fault = this.peek(name, target);
    if (fault !== undefined && fault.left !== null) fault.left -= 1;
    return fault;
  }
}
