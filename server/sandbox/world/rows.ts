import { type Bulk, bulkRow } from "./bulk.ts";
import { type BankRow, type RowDraft, rowFromDraft } from "./row.ts";

type Segment = { start: number; rows: BankRow[] } | { start: number; bulk: Bulk };

/** All rows of all accounts by index; bulk blocks are made when read. */
export class Rows {
  #segments: Segment[] = [];
  #overrides = new Map<number, BankRow>();
  #spans = new Map<string, [start: number, end: number][]>();
  length = 0;

  add(draft: RowDraft): BankRow {
    const row = rowFromDraft(this.length, draft);
    const last = this.#segments.at(-1);
    if (last !== undefined && "rows" in last) last.rows.push(row);
    else this.#segments.push({ start: this.length, rows: [row] });
    this.#extend(draft.path, 1);
    return row;
  }

  addBulk(bulk: Bulk): { start: number; end: number } {
    const start = this.length;
    this.#segments.push({ start, bulk });
    this.#extend(bulk.path, bulk.count);
    return { start, end: this.length };
  }

  /** Throws a RangeError for an index that no row has. */
  get(index: number): BankRow {
    const override = this.#overrides.get(index);
    if (override !== undefined) return override;
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new RangeError(`no row ${index}`);
    }
    const segment = this.#segmentOf(index);
    if ("bulk" in segment) return bulkRow(segment.bulk, index - segment.start, index);
    return segment.rows[index - segment.start] as BankRow;
  }

  replace(row: BankRow): void {
    this.#overrides.set(row.index, row);
  }

  /** Half-open index ranges of one account's rows, ascending. */
  spansOf(path: string): readonly [start: number, end: number][] {
    return this.#spans.get(path) ?? [];
  }

  #extend(path: string, count: number): void {
    const spans = this.#spans.get(path) ?? [];
    const last = spans.at(-1);
    if (last !== undefined && last[1] === this.length) last[1] += count;
    else spans.push([this.length, this.length + count]);
    this.#spans.set(path, spans);
    this.length += count;
  }

  #segmentOf(index: number): Segment {
    let [low, high] = [0, this.#segments.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle] as Segment).start <= index) low = middle;
      else high = middle - 1;
    }
    return this.#segments[low] as Segment;
  }
}
