import { allFigures, type DocumentNumber, isForeignSeries } from "./document-number.ts";
import { Postings } from "./postings.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { MatchingBounds } from "./profile.ts";
import type { Client, NamedClients } from "./resolve-client.ts";
import { shortFormOf } from "./score-number.ts";

type ItemsBy<Key> = Map<Key, PreparedItem[]>;
const noBlock = 0;

type Series = { first: bigint; last: bigint };

/**
 * Where to look for a transaction's items, so that no transaction meets every item: by open amount,
 * by document number (whole, digits only, short), by the client that is named, by unit and surname.
 * Holds the items of one direction, in the order of their ids.
 */
export class ItemIndex {
  readonly items: readonly PreparedItem[];
  private readonly bounds: MatchingBounds;
  private readonly byAmount = new Map<string, Postings<number>>();
  private readonly byNumber = new Postings<string>();
  private readonly byDigits = new Postings<string>();
  private readonly byUnitOrSurname = new Postings<string>();
  private readonly surnamesByBlock = new Map<string, Set<string>>();
  private readonly byClientAndAmount = new Map<Client, ItemsBy<number>>();
  /** The last search that found an item, by its place. */
  private readonly searchOfItem: Int32Array;
  private searches = 0;
  /** Blocks as numbers, and the one that an item names, by its place. */
  private readonly blocks = new Map<string, number>();
  private readonly blockOfItem: Int32Array;
  /** Worked out once it is asked for. */
  private series: Map<string, Series> | null = null;

  constructor(items: readonly PreparedItem[], bounds: MatchingBounds) {
    this.items = items;
    this.bounds = bounds;
    for (const item of items) this.add(item);
    for (const postings of this.byAmount.values()) postings.close();
    for (const postings of [this.byNumber, this.byDigits, this.byUnitOrSurname]) postings.close();
    this.searchOfItem = new Int32Array(items.length);
    this.blockOfItem = Int32Array.from(items, ({ item }) => this.blockNumber(item.blockId));
  }

  /**
   * The items worth comparing, of which something is open and that the transaction may settle. A key that too many items share says nothing and is passed over whole:
   * cutting its list would make the outcome depend on the order of the input.
   */
  candidatesOf(
    transaction: PreparedTransaction,
    clients: NamedClients,
    open: Float64Array,
  ): readonly PreparedItem[] {
    const found: PreparedItem[] = [];
    this.searches += 1;
    const { openMinor, spans } = transaction;
    const { blockId, currency, reference, description } = transaction.transaction;
    const block = blockId === null ? noBlock : (this.blocks.get(blockId) ?? noBlock);
    const takeItem = (place: number) => {
      if (this.searchOfItem[place] === this.searches) return;
      this.searchOfItem[place] = this.searches;
      const own = this.blockOfItem[place] as number;
      if ((own !== noBlock && own !== block) || (open[place] as number) <= 0) return;
      found.push(this.items[place] as PreparedItem);
    };
    const take = <Key>(postings: Postings<Key> | undefined, key: Key) => {
      const id = postings === undefined ? -1 : postings.find(key);
      if (postings === undefined || id < 0) return;
      const count = postings.count(id);
      if (count > this.bounds.candidatesOfKeyMax) return;
      for (let at = 0; at < count; at++) takeItem(postings.placeAt(id, at));
    };
    for (const scope of blockId === null ? [null] : [null, blockId]) {
      take(this.byAmount.get(scopeOf(scope, currency)), openMinor);
    }
    for (const span of spans) {
      take(this.byNumber, span.compact);
      if (span.digits) {
        if (!isForeignSeries(span)) take(this.byDigits, span.compact);
        continue;
      }
      const short = /^(\p{L}{2,})([0-9]{2,})$/u.exec(span.compact);
      if (short) take(this.byNumber, shortFormOf(short[1] ?? "", short[2] ?? ""));
    }
    for (const client of clients.keys()) {
      const isFew = client.items.length <= this.bounds.candidatesOfKeyMax;
      const own = isFew ? client.items : (this.amountsOf(client).get(openMinor) ?? []);
      if (own.length > this.bounds.candidatesOfKeyMax) continue;
      for (const { place } of own) takeItem(place);
    }
    if (blockId !== null && this.byUnitOrSurname.size > 0) {
      for (const text of reference ? [reference, description] : [description]) {
        for (const word of transaction.texts.unitWords(text)) {
          take(this.byUnitOrSurname, `${blockId} ${word}`);
        }
      }
    }
    return found;
  }

  /** Items that carry this very number and that the transaction may settle. */
  withNumber(compact: string, transaction: PreparedTransaction): readonly PreparedItem[] {
    const id = this.byNumber.find(compact);
    if (id < 0) return [];
    const count = this.byNumber.count(id);
    const found: PreparedItem[] = [];
    if (count > this.bounds.candidatesOfKeyMax) return found;
    for (let at = 0; at < count; at++) {
      const item = this.items[this.byNumber.placeAt(id, at)] as PreparedItem;
      if (item.number.compact === compact && mayMeet(transaction, item)) found.push(item);
    }
    return found;
  }

  /** The first and the last open number of the item's series, as all their figures: letters, year and length alike. */
  seriesOf({ item, number }: PreparedItem): Readonly<Series> {
    if (this.series === null) {
      this.series = new Map();
      for (const one of this.items) this.addToSeries(this.series, one);
    }
    const figures = allFigures(number.compact);
    return this.series.get(seriesKeyOf(item.kind, number)) ?? { first: figures, last: figures };
  }

  /** The surnames of those who owe demands in the item's block. */
  surnamesOf({ item }: PreparedItem): ReadonlySet<string> {
    return this.surnamesByBlock.get(item.blockId ?? "") ?? new Set();
  }

  private blockNumber(blockId: string | null): number {
    if (blockId === null) return noBlock;
    const known = this.blocks.get(blockId);
    if (known !== undefined) return known;
    this.blocks.set(blockId, this.blocks.size + 1);
    return this.blocks.size;
  }

  private addToSeries(series: Map<string, Series>, { item, number }: PreparedItem): void {
    const key = seriesKeyOf(item.kind, number);
    const figures = allFigures(number.compact);
    const known = series.get(key);
    if (known === undefined) series.set(key, { first: figures, last: figures });
    else if (figures < known.first) known.first = figures;
    else if (figures > known.last) known.last = figures;
  }

  private add(item: PreparedItem): void {
    const { number, openMinor } = item;
    const scope = scopeOf(item.item.blockId, item.item.currency);
    let amounts = this.byAmount.get(scope);
    if (amounts === undefined) {
      amounts = new Postings();
      this.byAmount.set(scope, amounts);
    }
    amounts.add(openMinor, item.place);
    this.byNumber.add(number.compact, item.place);
    if (number.letters !== "" && number.lastDigits !== "") {
      this.byNumber.add(shortFormOf(number.letters, number.lastDigits), item.place);
    }
    for (const key of number.digitKeys) this.byDigits.add(key, item.place);
    if (item.item.blockId === null) return;
    const { blockId } = item.item;
    for (const name of [item.unit, item.surname]) {
      if (name) this.byUnitOrSurname.add(`${blockId} ${name}`, item.place);
    }
    if (!item.surname) return;
    const surnames = this.surnamesByBlock.get(blockId) ?? new Set();
    this.surnamesByBlock.set(blockId, surnames.add(item.surname));
  }

  private amountsOf(client: Client): ItemsBy<number> {
    let amounts = this.byClientAndAmount.get(client);
    if (amounts === undefined) {
      amounts = new Map();
      for (const item of client.items) push(amounts, item.openMinor, item);
      this.byClientAndAmount.set(client, amounts);
    }
    return amounts;
  }
}

/** Whether a line of that account may settle the item at all: an item of a block only from its accounts. */
export function mayMeet({ transaction }: PreparedTransaction, { item }: PreparedItem): boolean {
  return item.blockId === null || item.blockId === transaction.blockId;
}

function seriesKeyOf(kind: string, { shape, compact, yearOffset }: DocumentNumber): string {
  return `${kind} ${shape} ${yearOffset === null ? "" : compact.slice(yearOffset, yearOffset + 4)}`;
}

function scopeOf(blockId: string | null, currency: string): string {
  return blockId === null ? currency : `${currency} ${blockId}`;
}

function push<Key>(map: ItemsBy<Key>, key: Key, item: PreparedItem): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else if (items.at(-1) !== item) items.push(item);
}
