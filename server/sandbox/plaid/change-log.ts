import type { BankRow } from "../world/row.ts";

const added = 0;
const modified = 1;
const removed = 2;

export interface Page {
  added: number[];
  modified: number[];
  removed: number[];
  /** Where the next page starts. */
  position: number;
  hasMore: boolean;
}

/**
 * What one item may know of its rows, in the order in which it may know it. A cursor is a position in here;
 * entries are numbers (row × 4 + kind), because a demo of volume has hundreds of thousands.
 */
export class ChangeLog {
  #entries: number[] = [];
  #addedAt = new Map<number, number>();
  #removedAt = new Map<number, number>();
  /** Where the last entry is that changes what earlier pages said. */
  #lastMutation = -1;

  get length(): number {
    return this.#entries.length;
  }

  get lastMutation(): number {
    return this.#lastMutation;
  }

  knows(index: number): boolean {
    return this.#addedAt.has(index);
  }

  add(index: number): void {
    if (this.#addedAt.has(index)) return;
    this.#addedAt.set(index, this.#entries.length);
    this.#entries.push(index * 4 + added);
  }

  modify(index: number): void {
    if (!this.#addedAt.has(index) || this.#removedAt.has(index)) return;
    this.#lastMutation = this.#entries.length;
    this.#entries.push(index * 4 + modified);
  }

  remove(index: number): void {
    if (!this.#addedAt.has(index) || this.#removedAt.has(index)) return;
    this.#lastMutation = this.#entries.length;
    this.#removedAt.set(index, this.#entries.length);
    this.#entries.push(index * 4 + removed);
  }

  /**
   * The net changes from `position` up to `head` of a loop that began at `from`, at most `count`: what was
   * added and removed within the loop is left out, and what was added within it comes as it now stands.
   */
  page(of: {
    from: number;
    position: number;
    head: number;
    count: number;
    wants: (index: number) => boolean;
  }): Page {
    const page: Page = {
      added: [],
      modified: [],
      removed: [],
      position: of.position,
      hasMore: false,
    };
    let taken = 0;
    for (; page.position < of.head; page.position++) {
      const entry = this.#entries[page.position] as number;
      const [index, kind] = [Math.floor(entry / 4), entry % 4];
      if (!this.#counts(index, kind, of.from, of.head) || !of.wants(index)) continue;
      if (taken === of.count) {
        page.hasMore = true;
        return page;
      }
      taken += 1;
      const list = kind === added ? page.added : kind === modified ? page.modified : page.removed;
      list.push(index);
    }
    return page;
  }

  #counts(index: number, kind: number, from: number, head: number): boolean {
    const knownBefore = (this.#addedAt.get(index) ?? 0) < from;
    const goneWithin = (this.#removedAt.get(index) ?? Number.POSITIVE_INFINITY) < head;
    if (kind === added) return !goneWithin;
    if (kind === removed) return knownBefore;
    return knownBefore && !goneWithin;
  }
}

/** A row may be shown to an item that may look back to `from`. */
export function visible(row: BankRow, from: string): boolean {
  return !row.removed && row.bookedOn >= from;
}
