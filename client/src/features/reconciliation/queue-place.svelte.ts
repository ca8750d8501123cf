import { tick, untrack } from "svelte";
import { SvelteSet } from "svelte/reactivity";
import { api } from "../../lib/api.ts";
import { router } from "../../lib/router.svelte.ts";
import { TransactionDocument } from "../transactions/documents.ts";
import type { BankTransaction } from "../transactions/fragments.ts";
import type { TransactionList } from "../transactions/transaction-list.svelte.ts";

interface Options {
  list: TransactionList;
  /** A line is shown beside the list, so that something is always there to decide; on a phone the list comes first. */
  bothPanes: () => boolean;
  /** Whether the lines are there to be decided: then the next one's candidates are asked for ahead. */
  deciding: () => boolean;
  /** Scrolls to a row of the list. */
  reveal: (at: number) => void;
  /** Another line was chosen. */
  onSelect: () => void;
}

/** Where a person is in the queue: which line is selected, and the ways from it to the next. The address keeps it. */
export function queuePlace({ list, bothPanes, deciding, reveal, onSelect }: Options) {
  const selectedId = $derived(router.search.get("transaction") ?? undefined);
  /** Came in live and not looked at yet. */
  const fresh = new SvelteSet<string>();
  /** Where the selected line was last seen: when it leaves the list, the next one is there. */
  let place = 0;

  const indexOfSelected = () => list.items.findIndex((line) => line.id === selectedId);

  $effect(() => {
    const at = indexOfSelected();
    if (at >= 0) place = at;
  });
  $effect(() => {
    const [first] = list.items;
    // While another tab's lines load, the ones of the tab before are still there.
    if (selectedId === undefined && first && bothPanes() && !list.fetching) {
      untrack(() => select(first.id));
    }
  });
  $effect(() => {
    const at = indexOfSelected();
    const next = at < 0 ? undefined : list.items[at + 1];
    if (next && deciding()) {
      void api
        .query(TransactionDocument, { id: next.id }, { requestPolicy: "cache-first" })
        .toPromise();
    }
  });

  function select(id: string | null): void {
    onSelect();
    if (id) fresh.delete(id);
    router.setSearch({ transaction: id });
  }

  async function goTo(index: number): Promise<void> {
    const { items } = list;
    const at = Math.min(items.length - 1, Math.max(0, index));
    const line = items[at];
    select(line?.id ?? null);
    if (!line) return;
    await tick();
    reveal(at);
    await tick();
    if (document.querySelector("[role=dialog]")) return;
    document.querySelector<HTMLElement>(`[data-line="${line.id}"]`)?.focus({ preventScroll: true });
  }

  return {
    fresh,
    select,
    goTo,
    get selectedId() {
      return selectedId;
    },
    get selected(): BankTransaction | undefined {
      return list.items.find((line) => line.id === selectedId);
    },
    step(by: number): void {
      const at = indexOfSelected();
      // A line that has left the list leaves its place to the next one.
      void goTo(at >= 0 ? at + by : by > 0 ? place : place - 1);
    },
    /** Other lines are to come: nothing of them is new, and none is selected. */
    leave(): void {
      fresh.clear();
      place = 0;
    },
  };
}
