import type { BankRow } from "../world/row.ts";
import type { World } from "../world/world.ts";

/** Where a page of the list begins: below this day, and on it below this row. */
export interface Position {
  day: string;
  index: number;
}

/** The rows of accounts, newest first, from any position on. Sorted once for each change of an account. */
export class Listing {
  readonly #world: World;
  readonly #sorted = new Map<string, { day: string; index: number }[]>();

  constructor(world: World) {
    this.#world = world;
    world.onChange((changes) => {
      for (const change of changes) {
        const { path } = world.rows.get(change.kind === "added" ? change.start : change.index);
        this.#sorted.delete(path);
      }
    });
  }

  /** At most `count` rows that are wanted, and whether there are more. */
  page(of: {
    paths: readonly string[];
    after: Position | null;
    from: string;
    to: string;
    count: number;
    wants: (row: BankRow) => boolean;
  }): { rows: BankRow[]; hasMore: boolean } {
    const found = of.paths.flatMap((path) => this.#take(path, of));
    found.sort((a, b) => compare(toPosition(a), toPosition(b)));
    return { rows: found.slice(0, of.count), hasMore: found.length > of.count };
  }

  /** One more than asked for, to see whether the page has another behind it. */
  #take(path: string, of: Parameters<Listing["page"]>[0]): BankRow[] {
    const list = this.#list(path);
    const rows: BankRow[] = [];
    for (let i = firstAfter(list, of.after); i < list.length && rows.length <= of.count; i += 1) {
      const { day, index } = list[i] as Position;
      if (day < of.from) break;
      if (day > of.to) continue;
      const row = this.#world.rows.get(index);
      if (of.wants(row)) rows.push(row);
    }
    return rows;
  }

  #list(path: string): Position[] {
    const known = this.#sorted.get(path);
    if (known !== undefined) return known;
    const list: Position[] = [];
    for (const [start, end] of this.#world.rows.spansOf(path)) {
      for (let index = start; index < end; index += 1) {
        const row = this.#world.rows.get(index);
        if (!row.removed) list.push(toPosition(row));
      }
    }
    list.sort(compare);
    this.#sorted.set(path, list);
    return list;
  }
}

export function toPosition({ bookedOn, index }: BankRow): Position {
  return { day: bookedOn, index };
}

/** Newest first. */
function compare(a: Position, b: Position): number {
  if (a.day !== b.day) return a.day < b.day ? 1 : -1;
  return b.index - a.index;
}

/** By bisection. */
function firstAfter(list: readonly Position[], after: Position | null): number {
  if (after === null) return 0;
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(list[middle] as Position, after) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
