/** Adds all of `more` at the end of `list`. Spread into one call, a long list overflows the stack. */
export function addAll<Item>(list: Item[], more: Iterable<Item>): void {
  for (const item of more) list.push(item);
}
