import type { Database } from "../../db/client.ts";
import type { Viewer } from "../viewer.ts";

/** How stale an answer may be in a process that a revocation did not reach. */
const freshMs = 3_000;
const entriesMax = 10_000;

/**
 * Remembers for a few seconds who a credential belongs to, one cache for each database of the process. Anything
 * that takes a right away empties it, which is rare enough not to be selective about.
 */
export class AuthenticationCache {
  /** In order of insertion: the first is the oldest. */
  readonly #entries = new Map<string, { viewer: Promise<Viewer | null>; at: number }>();

  /** Concurrent requests with one credential share one lookup. Only success is remembered. */
  async viewer(key: string, now: Date, find: () => Promise<Viewer | null>): Promise<Viewer | null> {
    const known = this.#entries.get(key);
    if (known && Math.abs(now.getTime() - known.at) < freshMs) return known.viewer;
    const entry = { viewer: find(), at: now.getTime() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#evict();
    try {
      const viewer = await entry.viewer;
      if (viewer === null) this.#drop(key, entry);
      return viewer;
    } catch (error) {
      this.#drop(key, entry);
      throw error;
    }
  }

  clear(): void {
    this.#entries.clear();
  }

  #drop(key: string, entry: object): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #evict(): void {
    if (this.#entries.size <= entriesMax) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

const caches = new WeakMap<Database, AuthenticationCache>();

export function authenticationCacheOf(database: Database): AuthenticationCache {
  const known = caches.get(database);
  if (known) return known;
  const made = new AuthenticationCache();
  caches.set(database, made);
  return made;
}
