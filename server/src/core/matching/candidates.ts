import { isForeignSeries } from "./document-number.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { MatchingBounds } from "./profile.ts";
import type { Client, NamedClients } from "./resolve-client.ts";
import { shortFormOf } from "./score-number.ts";

type ItemsBy<Key> = Map<Key, PreparedItem[]>;

/**
 * Where to look for a transaction's items, so that no transaction meets every item: by open amount,
 * by document number (whole, digits only, short), by the client that is named, by unit and surname.
 * Holds the items of one direction, in the order of their ids.
 */
export class ItemIndex {
  readonly items: readonly PreparedItem[];
  private readonly bounds: MatchingBounds;
  private readonly byAmount = new Map<string, ItemsBy<number>>();
  private readonly byNumber: ItemsBy<string> = new Map();
  private readonly byDigits: ItemsBy<string> = new Map();
  private readonly byUnitOrSurname: ItemsBy<string> = new Map();
  private readonly surnamesByBlock = new Map<string, Set<string>>();
  private readonly byClientAndAmount = new Map<Client, ItemsBy<number>>();

  constructor(items: readonly PreparedItem[], bounds: MatchingBounds) {
    this.items = items;
    this.bounds = bounds;
    for (const item of items) this.add(item);
  }

  /**
   * The items worth comparing. A key that too many items share says nothing and is passed over whole:
   * cutting its list would make the outcome depend on the order of the input.
   */
  candidatesOf(transaction: PreparedTransaction, clients: NamedClients): ReadonlySet<PreparedItem> {
    const found = new Set<PreparedItem>();
    const take = (items: readonly PreparedItem[] | undefined) => {
      if (items === undefined || items.length > this.bounds.candidatesOfKeyMax) return false;
      for (const item of items) if (mayMeet(transaction, item)) found.add(item);
      return true;
    };
    const { openMinor, spans } = transaction;
    const { blockId, currency, reference, description } = transaction.transaction;
    for (const scope of blockId === null ? [null] : [null, blockId]) {
      take(this.byAmount.get(scopeOf(scope, currency))?.get(openMinor));
    }
    for (const span of spans) {
      take(this.byNumber.get(span.compact));
      if (span.digits) {
        if (!isForeignSeries(span)) take(this.byDigits.get(span.compact));
        continue;
      }
      const short = /^(\p{L}{2,})([0-9]{2,})$/u.exec(span.compact);
      if (short) take(this.byNumber.get(shortFormOf(short[1] ?? "", short[2] ?? "")));
    }
    for (const client of clients.keys()) {
      if (take(client.items)) continue;
      take(this.amountsOf(client).get(openMinor));
    }
    if (blockId !== null && this.byUnitOrSurname.size > 0) {
      for (const text of reference ? [reference, description] : [description]) {
        for (const word of transaction.texts.unitWords(text)) {
          take(this.byUnitOrSurname.get(`${blockId} ${word}`));
        }
      }
    }
    return found;
  }

  /** Items that carry this very number and that the transaction may settle. */
  withNumber(compact: string, transaction: PreparedTransaction): readonly PreparedItem[] {
    const items = this.byNumber.get(compact);
    if (items === undefined || items.length > this.bounds.candidatesOfKeyMax) return [];
    return items.filter((item) => item.number.compact === compact && mayMeet(transaction, item));
  }

  /** The surnames of those who owe demands in the item's block. */
  surnamesOf({ item }: PreparedItem): ReadonlySet<string> {
    return this.surnamesByBlock.get(item.blockId ?? "") ?? new Set();
  }

  private add(item: PreparedItem): void {
    const { number, openMinor } = item;
    const scope = scopeOf(item.item.blockId, item.item.currency);
    let amounts = this.byAmount.get(scope);
    if (amounts === undefined) {
      amounts = new Map();
      this.byAmount.set(scope, amounts);
    }
    push(amounts, openMinor, item);
    push(this.byNumber, number.compact, item);
    if (number.letters !== "" && number.lastDigits !== "") {
      push(this.byNumber, shortFormOf(number.letters, number.lastDigits), item);
    }
    for (const key of number.digitKeys) push(this.byDigits, key, item);
    if (item.item.blockId === null) return;
    const { blockId } = item.item;
    for (const name of [item.unit, item.surname]) {
      if (name) push(this.byUnitOrSurname, `${blockId} ${name}`, item);
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

function scopeOf(blockId: string | null, currency: string): string {
  return blockId === null ? currency : `${currency} ${blockId}`;
}

function push<Key>(map: ItemsBy<Key>, key: Key, item: PreparedItem): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else if (items.at(-1) !== item) items.push(item);
}
