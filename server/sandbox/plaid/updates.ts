import { fireWebhook } from "./hooks.ts";
import type { Item } from "./items.ts";
import type { PlaidSandbox } from "./plaid-sandbox.ts";

const coalesceMs = 25;

/** An item's first two deliveries of transactions, and the webhook after every later change. */
export class Updates {
  #sandbox: PlaidSandbox;
  #planned = new Map<NodeJS.Timeout, () => void>();
  #announcing = new Set<string>();
  #preparing = new Set<string>();

  constructor(sandbox: PlaidSandbox) {
    this.#sandbox = sandbox;
  }

  /** Begins to announce, and takes up what was under way when the process ended. What the journal retells is no news. */
  begin(): void {
    this.#sandbox.items.onNews((item) => this.#announce(item));
    for (const item of this.#sandbox.items.live()) if (item.syncCalled) this.prepare(item);
  }

  /** Brings 30 days, then all the history that was asked for; each is announced. */
  prepare(item: Item): void {
    if (item.stage === "historical" || this.#preparing.has(item.itemId)) return;
    this.#preparing.add(item.itemId);
    this.#later(this.#sandbox.settings.readyDelayMs, () => {
      this.#preparing.delete(item.itemId);
      if (item.removed) return;
      const stage = item.stage === "none" ? "initial" : "historical";
      const on = this.#sandbox.world.clock.today();
      this.#sandbox.record({ of: "plaid", did: "backfilled", itemId: item.itemId, stage, on });
      fireWebhook(this.#sandbox, item, "SYNC_UPDATES_AVAILABLE");
      this.prepare(item);
    });
  }

  /** Does at once what is planned for a little later. */
  flush(): void {
    while (this.#planned.size > 0) {
      for (const [timer, run] of this.#planned) {
        clearTimeout(timer);
        this.#planned.delete(timer);
        run();
      }
    }
  }

  close(): void {
    for (const timer of this.#planned.keys()) clearTimeout(timer);
    this.#planned.clear();
  }

  /** Changes that come together are announced once. */
  #announce(item: Item): void {
    if (!item.syncCalled || item.trouble !== null || this.#announcing.has(item.itemId)) return;
    this.#announcing.add(item.itemId);
    this.#later(coalesceMs, () => {
      this.#announcing.delete(item.itemId);
      if (!item.removed) fireWebhook(this.#sandbox, item, "SYNC_UPDATES_AVAILABLE");
    });
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#planned.delete(timer);
      run();
    }, ms);
    this.#planned.set(timer, run);
  }
}
