import type { RowChange } from "../world/facts.ts";
import { idOf, refreshContent, send } from "./hooks.ts";
import { accountId } from "./ids.ts";
import { seen, type TinkSandbox } from "./tink-sandbox.ts";
import type { TinkCredentials } from "./users.ts";

const coalesceMs = 25;
/** A refresh that comes sooner after the last is taken and not done. */
const refreshGapMs = 60_000;
const missedMax = 5_000;

interface Tally {
  one: TinkCredentials;
  path: string;
  inserted: number;
  updated: number;
  deletedIds: string[];
  earliest: string;
  latest: string;
}

/** What happens a little later at Tink: its visits to the bank, and the webhooks about what it found there. */
export class News {
  readonly #tink: () => TinkSandbox;
  readonly #planned = new Map<NodeJS.Timeout, () => void>();
  readonly #fetching = new Set<string>();
  /** Edited and vanished rows of sign-ins that Tink cannot use just now. */
  readonly #missed = new Map<string, RowChange[]>();
  #tallies = new Map<string, Tally>();
  #announcing = false;
  #started = false;

  constructor(tink: () => TinkSandbox) {
    this.#tink = tink;
  }

  /** From here on changes at the bank are news, and what a restart cut off is taken up. */
  start(): void {
    const { users, sandbox } = this.#tink();
    this.#started = true;
    for (const one of users.live()) if (one.fetchedAt === null) this.fetchFirst(one);
    sandbox.world.onChange((changes) => this.#follow(changes));
  }

  /** The first visit: accounts and all that they have. */
  fetchFirst(one: TinkCredentials): void {
    this.#fetch(one, () => {
      for (const path of one.paths) {
        const { world } = this.#tink().sandbox;
        send(this.#tink(), one, "account:created", { id: accountId(one.credentialsId, path) });
        if (world.newest(path, 1).length > 0) this.#tellOf(one, path);
      }
    });
  }

  /** Goes to the bank again. Silently not, where that was done just now, the bank is down or wants the person. */
  refresh(one: TinkCredentials, arrive: () => void): void {
    const { world } = this.#tink().sandbox;
    const justNow = one.fetchedAt === null || world.clock.now() - one.fetchedAt < refreshGapMs;
    if (justNow || one.trouble !== null) return;
    this.#fetch(one, arrive);
  }

  /** The trouble is over: what came meanwhile is seen now. */
  catchUp(one: TinkCredentials, unseenFrom: number | null): void {
    this.#fetch(one, () => {
      const { rows } = this.#tink().sandbox.world;
      const missed = this.#missed.get(one.credentialsId) ?? [];
      this.#missed.delete(one.credentialsId);
      for (const change of missed) this.#count(change);
      for (let index = unseenFrom ?? rows.length; index < rows.length; index += 1) {
        this.#count({ kind: "added", start: index, end: index + 1 });
      }
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

  #fetch(one: TinkCredentials, found: () => void): void {
    if (this.#fetching.has(one.credentialsId)) return;
    this.#fetching.add(one.credentialsId);
    const { sandbox, record } = this.#tink();
    this.#later(sandbox.settings.readyDelayMs, () => {
      this.#fetching.delete(one.credentialsId);
      if (one.deleted || one.trouble !== null) return;
      const at = sandbox.world.clock.now();
      record({ of: "tink", did: "fetched", credentialsId: one.credentialsId, at });
      found();
      send(this.#tink(), one, "refresh:finished", refreshContent(one, at));
    });
  }

  /** All that an account has, as one change. */
  #tellOf(one: TinkCredentials, path: string): void {
    const { world } = this.#tink().sandbox;
    for (const [start, end] of world.rows.spansOf(path)) {
      this.#add(one, path, { kind: "added", start, end });
    }
    this.#announceSoon();
  }

  #follow(changes: RowChange[]): void {
    if (!this.#started) return;
    for (const change of changes) this.#count(change);
  }

  #count(change: RowChange): void {
    const { users, sandbox } = this.#tink();
    const first = change.kind === "added" ? change.start : change.index;
    const { path } = sandbox.world.rows.get(first);
    for (const one of users.live()) {
      const shown = one.fetchedAt !== null && one.paths.includes(path) && seen(one, first);
      if (!shown) continue;
      if (one.trouble === null) this.#add(one, path, change);
      else this.#miss(one, change);
    }
    if (this.#tallies.size > 0) this.#announceSoon();
  }

  #miss({ credentialsId }: TinkCredentials, change: RowChange): void {
    const missed = this.#missed.get(credentialsId) ?? [];
    if (missed.length < missedMax) missed.push(change);
    this.#missed.set(credentialsId, missed);
  }

  #add(one: TinkCredentials, path: string, change: RowChange): void {
    const { sandbox } = this.#tink();
    const [first, last] =
      change.kind === "added" ? [change.start, change.end - 1] : [change.index, change.index];
    const days = [first, last].map((index) => sandbox.world.rows.get(index).bookedOn).sort();
    const [earliest = "", latest = ""] = days;
    const key = `${one.credentialsId} ${path}`;
    const fresh = { one, path, inserted: 0, updated: 0, deletedIds: [], earliest, latest };
    const tally: Tally = this.#tallies.get(key) ?? fresh;
    if (earliest < tally.earliest) tally.earliest = earliest;
    if (latest > tally.latest) tally.latest = latest;
    if (change.kind === "added") tally.inserted += change.end - change.start;
    else if (change.kind === "modified") tally.updated += 1;
    else tally.deletedIds.push(idOf(this.#tink(), one, change.index));
    this.#tallies.set(key, tally);
  }

  /** Changes that come together are announced once. */
  #announceSoon(): void {
    if (this.#announcing) return;
    this.#announcing = true;
    this.#later(coalesceMs, () => {
      this.#announcing = false;
      const tallies = [...this.#tallies.values()];
      this.#tallies = new Map();
      for (const tally of tallies) if (!tally.one.deleted) this.#announce(tally);
    });
  }

  #announce({ one, path, inserted, updated, deletedIds, earliest, latest }: Tally): void {
    const account = { id: accountId(one.credentialsId, path) };
    // A row that was booked under the id that it had is no row that went.
    const ids = this.#tink().sandbox.settings.tinkKeepsPendingIds && inserted > 0 ? [] : deletedIds;
    if (ids.length > 0) {
      send(this.#tink(), one, "account-transactions:deleted", { account, transactions: { ids } });
    }
    send(this.#tink(), one, "account-transactions:modified", {
      account,
      transactions: {
        ...{ earliestModifiedBookedDate: earliest, latestModifiedBookedDate: latest },
        ...{ inserted, updated, deleted: ids.length },
      },
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
