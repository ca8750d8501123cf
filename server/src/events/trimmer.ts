import type { Database } from "../db/client.ts";
import { trimEvents } from "./trim-events.ts";

const betweenTrimsMs = 10 * 60_000;

export interface TrimmerOptions {
  database: Database;
  retentionHours: number;
  now: () => Date;
  onFailure(error: unknown): void;
}

/**
 * Keeps logs short. A log grows by commits alone, and no role sees all tenants' logs: so each process trims the
 * log of an organisation that it has just committed to, now and then. One at rest keeps its last events, which
 * cost nothing and let its people catch up.
 */
export class Trimmer {
  readonly #options: TrimmerOptions;
  /** When each organisation's log was last trimmed by this process, in order. */
  readonly #trimmedAt = new Map<string, number>();
  #running: Promise<void> | null = null;
  readonly #due = new Set<string>();

  constructor(options: TrimmerOptions) {
    this.#options = options;
  }

  committed(organisationId: string): void {
    const nowMs = this.#options.now().getTime();
    const last = this.#trimmedAt.get(organisationId);
    if (last !== undefined && nowMs - last < betweenTrimsMs) return;
    this.#forgetBefore(nowMs - betweenTrimsMs);
    this.#trimmedAt.set(organisationId, nowMs);
    this.#due.add(organisationId);
    this.#running ??= this.#trimDue();
  }

  async stop(): Promise<void> {
    this.#due.clear();
    await this.#running;
  }

  async #trimDue(): Promise<void> {
    const { database, retentionHours, now } = this.#options;
    for (const organisationId of this.#due) {
      this.#due.delete(organisationId);
      const before = new Date(now().getTime() - retentionHours * 3_600_000);
      try {
        const trimmed = await trimEvents(database, organisationId, before);
        // More than one transaction takes: again at the next commit.
        if (trimmed > 0) this.#trimmedAt.delete(organisationId);
      } catch (error) {
        this.#options.onFailure(error);
      }
    }
    this.#running = null;
  }

  #forgetBefore(momentMs: number): void {
    for (const [organisationId, trimmedMs] of this.#trimmedAt) {
      if (trimmedMs >= momentMs) return;
      this.#trimmedAt.delete(organisationId);
    }
  }
}
