/**
 * Which items have a key: many keys with few items each, by the items' places. A list for each key would be an object for
 * almost every item; here all places stand in one array of numbers, those of a key side by side.
 */
export class Postings<Key> {
  private readonly ids = new Map<Key, number>();
  /** As they were added: the key's number and the item's place, until they are put in order. */
  private readonly added: { readonly ids: number[]; readonly places: number[] } = {
    ids: [],
    places: [],
  };
  private readonly lastPlace: number[] = [];
  private starts = new Int32Array(1);
  private places = new Int32Array(0);

  get size(): number {
    return this.ids.size;
  }

  /** Add the items in the order of their places, and all before the first is looked up. */
  add(key: Key, place: number): void {
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(key, id);
    }
    if (this.lastPlace[id] === place) return;
    this.lastPlace[id] = place;
    this.added.ids.push(id);
    this.added.places.push(place);
  }

  /** Puts the items of each key side by side, in the order of their places. */
  close(): void {
    const { ids, places } = this.added;
    const starts = new Int32Array(this.ids.size + 1);
    for (const id of ids) starts[id + 1] = (starts[id + 1] as number) + 1;
    for (let id = 0; id < this.ids.size; id++) {
      starts[id + 1] = (starts[id + 1] as number) + (starts[id] as number);
    }
    const next = starts.slice();
    this.places = new Int32Array(places.length);
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] as number;
      this.places[next[id] as number] = places[at] as number;
      next[id] = (next[id] as number) + 1;
    }
    this.starts = starts;
    for (const list of [ids, places, this.lastPlace]) list.length = 0;
  }

  /** The key's number, to ask for its items with; -1 where no item has it. */
  find(key: Key): number {
    return this.ids.get(key) ?? -1;
  }

  /** How many items the key of that number has. */
  count(id: number): number {
    return (this.starts[id + 1] as number) - (this.starts[id] as number);
  }

  /** The place of the key's item number `at`, from 0 on. */
  placeAt(id: number, at: number): number {
    return this.places[(this.starts[id] as number) + at] as number;
  }
}
