import { SvelteSet } from "svelte/reactivity";

/** Rows chosen for a bulk action. With Shift everything between the last two choices follows. */
export function rowSelection(ids: () => readonly string[]) {
  const chosen = new SvelteSet<string>();
  let anchor: string | undefined;

  return {
    get ids(): string[] {
      const all = ids();
      return all.filter((id) => chosen.has(id));
    },
    has: (id: string) => chosen.has(id),
    toggle(id: string, on: boolean, range: boolean): void {
      const all = ids();
      const from = range && anchor !== undefined ? all.indexOf(anchor) : -1;
      const to = all.indexOf(id);
      const between =
        from < 0 || to < 0 ? [id] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
      for (const each of between) {
        if (on) chosen.add(each);
        else chosen.delete(each);
      }
      anchor = id;
    },
    setAll(on: boolean): void {
      chosen.clear();
      if (on) for (const id of ids()) chosen.add(id);
    },
    /** Rows that left the list can't stay chosen: nobody would see what a bulk action touches. */
    keepOnly(present: readonly string[]): void {
      const there = new Set(present);
      for (const id of chosen) if (!there.has(id)) chosen.delete(id);
    },
    clear: () => chosen.clear(),
  };
}
