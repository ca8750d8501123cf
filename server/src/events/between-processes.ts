import { randomUUID } from "node:crypto";
import pg from "pg";

/** PostgreSQL's channel for "look again"; it carries ids only. */
const channel = "tieout_events";
/** Commits of this long are told to the other processes in one statement: each NOTIFY takes a global lock. */
const batchMs = 4;
/** PostgreSQL takes payloads below 8,000 bytes. */
const idsInPayloadMax = 200;
/** The most ids that wait for a lost connection; past it the other processes find them by their own poll. */
const idsWaitingMax = 10_000;
const retryMsMin = 250;
const retryMsMax = 10_000;

export type Word = "log" | "access";

export interface BetweenProcessesOptions {
  url: string;
  /** Another process said so. */
  onWord(word: Word, id: string): void;
  /** The connection is there (again): what was said while it was not is lost. */
  onConnected(): void;
  onFailure(error: unknown): void;
}

/**
 * Tells the other server processes on this database which logs have grown, and listens to them, over one
 * connection of its own that is opened again when it is lost. A word may be lost; nothing depends on it alone.
 */
export class BetweenProcesses {
  readonly #options: BetweenProcessesOptions;
  readonly #self = randomUUID();
  #client: pg.Client | null = null;
  #stopped = false;
  #attempts = 0;
  #retry: NodeJS.Timeout | null = null;
  #flush: NodeJS.Timeout | null = null;
  readonly #waiting: Record<Word, Set<string>> = { log: new Set(), access: new Set() };

  constructor(options: BetweenProcessesOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#client !== null;
  }

  /** Resolves when it listens, or when the first attempt has failed; it goes on trying by itself. */
  async start(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      application_name: "tieout events",
    });
    let lost = false;
    const lose = (error?: unknown) => {
      if (lost) return;
      lost = true;
      if (this.#client === client) this.#client = null;
      client.removeAllListeners("notification");
      void client.end().catch(() => {});
      if (error && !this.#stopped) this.#options.onFailure(error);
      this.#connectLater();
    };
    client.on("error", lose);
    client.on("end", () => lose(new Error("PostgreSQL closed the events connection")));
    client.on("notification", ({ payload }) => this.#hear(payload ?? ""));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      lose(error);
      return;
    }
    if (this.#stopped) {
      lose();
      return;
    }
    this.#client = client;
    this.#attempts = 0;
    this.#options.onConnected();
    this.#flushSoon();
  }

  tell(word: Word, id: string): void {
    const waiting = this.#waiting[word];
    if (waiting.size < idsWaitingMax) waiting.add(id);
    this.#flushSoon();
  }

  async stop(): Promise<void> {
    await this.#tellWaiting();
    this.#stopped = true;
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#flush) clearTimeout(this.#flush);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  #connectLater(): void {
    if (this.#stopped || this.#retry) return;
    const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(this.#attempts, 10));
    this.#attempts += 1;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      if (!this.#stopped) void this.start();
    }, waitMs);
    this.#retry.unref();
  }

  #flushSoon(): void {
    if (this.#flush || this.#stopped || !this.#client || this.#nothingWaits()) return;
    this.#flush = setTimeout(() => {
      void this.#tellWaiting().finally(() => {
        this.#flush = null;
        this.#flushSoon();
      });
    }, batchMs);
    this.#flush.unref();
  }

  async #tellWaiting(): Promise<void> {
    if (!this.#client || this.#nothingWaits()) return;
    const payloads = (Object.keys(this.#waiting) as Word[]).flatMap((word) => {
      const ids = [...this.#waiting[word]];
      this.#waiting[word].clear();
      const count = Math.ceil(ids.length / idsInPayloadMax);
      return Array.from({ length: count }, (_, at) =>
        [this.#self, word, ...ids.slice(at * idsInPayloadMax, (at + 1) * idsInPayloadMax)].join(
          " ",
        ),
      );
    });
    try {
      await this.#client.query("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload", [
        channel,
        payloads,
      ]);
    } catch (error) {
      // The connection is lost or about to be; the others' poll finds the events.
      this.#options.onFailure(error);
    }
  }

  #nothingWaits(): boolean {
    return this.#waiting.log.size + this.#waiting.access.size === 0;
  }

  #hear(payload: string): void {
    const [sender, word, ...ids] = payload.split(" ");
    if (sender === this.#self || (word !== "log" && word !== "access")) return;
    for (const id of ids) this.#options.onWord(word, id);
  }
}
