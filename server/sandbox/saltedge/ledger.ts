import { mix } from "../world/bulk.ts";
import type { World } from "../world/world.ts";
import { transactionIdBase } from "./ids.ts";

/** A row as the aggregator lists it. */
export interface Listed {
  id: string;
  /** Of the bank's row. */
  index: number;
  /** The aggregator took the row in twice and knows it. */
  duplicated: boolean;
}

interface Account {
  /** Rows before this index were looked at, */
  upTo: number;
  /** and those booked on this day and later were taken. */
  from: string;
  /** Counters and row × 2 + doubled, side by side: a demo of volume has hundreds of thousands. */
  counters: number[];
  rows: number[];
}

/** One row in so many comes twice. */
const doubledEvery = 12;

/**
 * What the aggregator has fetched for one connection, in the order in which it did: ids only ever count up. Pending rows
 * are thrown away at each fetch and taken in again under new ids.
 */
export class Ledger {
  #base: bigint;
  #counter = 0;
  #accounts = new Map<string, Account>();
  #pending = new Map<string, Listed[]>();

  constructor(connectionId: string) {
    this.#base = transactionIdBase(connectionId);
  }

  /** Takes in what the bank has booked on `from` and later, and what is pending now. */
  fetch(world: World, paths: readonly string[], from: string): void {
    this.#pending.clear();
    for (const path of paths) {
      this.#fetchBooked(world, path, from);
      this.#fetchPending(world, path);
    }
  }

  /** Whether the bank has rows that were not looked at. */
  isBehind(world: World, paths: readonly string[]): boolean {
    return paths.some((path) => {
      const end = world.rows.spansOf(path).at(-1)?.[1] ?? 0;
      return end > (this.#accounts.get(path)?.upTo ?? 0);
    });
  }

  /** Booked rows from an id on, and the id of the row behind them; null at the end. */
  page(
    world: World,
    path: string,
    of: { fromId: bigint; count: number },
  ): { rows: Listed[]; nextId: string | null } {
    const account = this.#accounts.get(path);
    const rows: Listed[] = [];
    if (account === undefined) return { rows, nextId: null };
    for (let at = firstFrom(account, of.fromId - this.#base); at < account.rows.length; at++) {
      const listed = this.#listed(account, at);
      if (world.rows.get(listed.index).removed) continue;
      if (rows.length === of.count) return { rows, nextId: listed.id };
      rows.push(listed);
    }
    return { rows, nextId: null };
  }

  pending(world: World, path: string): Listed[] {
    return (this.#pending.get(path) ?? []).filter(({ index }) => !world.rows.get(index).removed);
  }

  /** An id that no row has yet. */
  idBeyond(id: bigint): string {
    const end = this.#base + BigInt(this.#counter);
    return String((id > end ? id : end) + 1n);
  }

  #fetchBooked(world: World, path: string, from: string): void {
    const account = this.#accounts.get(path) ?? { upTo: 0, from, counters: [], rows: [] };
    this.#accounts.set(path, account);
    for (const [start, end] of world.rows.spansOf(path)) {
      for (
        let index = from < account.from ? start : Math.max(start, account.upTo);
        index < end;
        index++
      ) {
        const row = world.rows.get(index);
        const wanted = row.bookedOn >= from && !row.removed && !row.pending;
        const had = index < account.upTo && row.bookedOn >= account.from;
        if (wanted && !had) this.#take(account, index);
      }
    }
    account.upTo = world.rows.length;
    if (from < account.from) account.from = from;
  }

  #take(account: Account, index: number): void {
    const doubled = mix(index ^ 0x5a17) % doubledEvery === 0;
    for (const copy of doubled ? [0, 1] : [0]) {
      account.counters.push(++this.#counter);
      account.rows.push(index * 2 + copy);
    }
  }

  #fetchPending(world: World, path: string): void {
    const indexes = [...world.pending].filter((index) => world.rows.get(index).path === path);
    const listed = indexes.map((index) => {
      return { id: this.#idOf(++this.#counter), index, duplicated: false };
    });
    this.#pending.set(path, listed);
  }

  #listed(account: Account, at: number): Listed {
    const row = account.rows[at] as number;
    const id = this.#idOf(account.counters[at] as number);
    return { id, index: Math.floor(row / 2), duplicated: row % 2 === 1 };
  }

  #idOf(counter: number): string {
    return String(this.#base + BigInt(counter));
  }
}

/** The place of the first row whose counter is this or above. */
function firstFrom(account: Account, counter: bigint): number {
  let [low, high] = [0, account.counters.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BigInt(account.counters[middle] as number) < counter) low = middle + 1;
    else high = middle;
  }
  return low;
}
