import type { RowChange } from "../world/facts.ts";
import type { BankRow } from "../world/row.ts";
import type { World } from "../world/world.ts";

/** What a synchronisation brought. */
export interface Absorbed {
  created: number;
  updated: number[];
  pendingChanged: boolean;
}

/**
 * What Ponto knows of one account's rows: as they stood when it last synchronised, and what has happened at the bank
 * since then. Booked rows are listed from the one that came last; those that came together, by their days.
 */
export class Feed {
  readonly path: string;
  readonly #from: string;
  readonly #world: World;
  #order: number[] = [];
  #places = new Map<number, number>();
  #pending = new Set<number>();
  #gone = new Set<number>();
  /** Rows as they stood; a bulk block's are not kept, being made when read. */
  #rows = new Map<number, BankRow>();
  #added: [start: number, end: number][];
  #touched = new Set<number>();

  constructor(world: World, path: string, from: string) {
    this.#world = world;
    this.path = path;
    this.#from = from;
    this.#added = world.rows.spansOf(path).map(([start, end]) => [start, end]);
  }

  /** Notes a change at the bank; true when it is one of this account's. */
  follow(change: RowChange): boolean {
    const index = change.kind === "added" ? change.start : change.index;
    if (this.#world.rows.get(index).path !== this.path) return false;
    if (change.kind === "added") this.#added.push([change.start, change.end]);
    else this.#touched.add(change.index);
    return true;
  }

  /** Takes over how things stand at the bank. */
  absorb(): Absorbed {
    const absorbed: Absorbed = { created: 0, updated: [], pendingChanged: false };
    for (const index of this.#touched) this.#absorbTouched(index, absorbed);
    this.#touched.clear();
    const fresh: BankRow[] = [];
    for (const [start, end] of this.#added.splice(0)) {
      for (let index = start; index < end; index++) {
        const row = this.#world.rows.get(index);
        if (row.removed || row.bookedOn < this.#from || this.#knows(index)) continue;
        if (!row.pending) fresh.push(row);
        else {
          this.#keep(row);
          this.#pending.add(index);
          absorbed.pendingChanged = true;
        }
      }
    }
    fresh.sort((a, b) =>
      a.bookedOn === b.bookedOn ? a.index - b.index : a.bookedOn < b.bookedOn ? -1 : 1,
    );
    for (const row of fresh) {
      this.#places.set(row.index, this.#order.length);
      this.#order.push(row.index);
      this.#keep(row);
    }
    absorbed.created = fresh.length;
    return absorbed;
  }

  #absorbTouched(index: number, absorbed: Absorbed): void {
    if (!this.#knows(index)) return;
    const row = this.#world.rows.get(index);
    const wasPending = this.#pending.has(index);
    if (wasPending) absorbed.pendingChanged = true;
    else if (!row.removed) absorbed.updated.push(index);
    if (!row.removed) this.#rows.set(index, row);
    else if (wasPending) this.#pending.delete(index);
    else this.#gone.add(index);
  }

  #knows(index: number): boolean {
    return this.#places.has(index) || this.#pending.has(index);
  }

  #keep(row: BankRow): void {
    if (this.#world.rows.get(row.index) === row) this.#rows.set(row.index, row);
  }

  row(index: number): BankRow {
    return this.#rows.get(index) ?? this.#world.rows.get(index);
  }

  pending(): number[] {
    return [...this.#pending].reverse();
  }

  /** Booked rows in the list's order from a place in it, at most `count`, with the place after the last. */
  booked(from: number, count: number): { indexes: number[]; next: number | null } {
    const indexes: number[] = [];
    let place = from;
    for (; place < this.#order.length && indexes.length < count; place++) {
      const index = this.#order[this.#order.length - 1 - place] as number;
      if (!this.#gone.has(index)) indexes.push(index);
    }
    return { indexes, next: place < this.#order.length ? place : null };
  }

  /** How many rows were ever in the booked list. */
  get length(): number {
    return this.#order.length;
  }

  /** The row that came as the nth, from 0. */
  nth(nth: number): number {
    return this.#order[nth] as number;
  }

  /** The place in the list of a row that was ever in it. */
  placeOf(index: number): number {
    return this.#order.length - 1 - (this.#places.get(index) as number);
  }
}
