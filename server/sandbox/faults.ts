/** Named ways to fail, for one item or for all, for a number of times or a while. */
export const faultNames = [
  "login_required",
  "rate_limit",
  "internal_error",
  "slow",
  "mutation_during_pagination",
  "duplicate_webhooks",
  "out_of_order_webhooks",
  "connection_reset",
  "institution_down",
] as const;

export type FaultName = (typeof faultNames)[number];

export interface Fault {
  id: number;
  name: FaultName;
  /** null is every item, and calls that belong to none. */
  itemId: string | null;
  /** How often it still strikes; null is until it ends or is cleared. */
  left: number | null;
  /** Instant in milliseconds; null is no end. */
  until: number | null;
  /** For "slow": how long. */
  ms: number;
}

const faultsMax = 100;

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
  peek(name: FaultName, itemId: string | null): Fault | undefined {
    return this.list().find((f) => f.name === name && (f.itemId === null || f.itemId === itemId));
  }

  /** The fault if it is set, counted down by one. */
  take(name: FaultName, itemId: string | null): Fault | undefined {
    const fault = this.peek(name, itemId);
    if (fault !== undefined && fault.left !== null) fault.left -= 1;
    return fault;
  }
}
