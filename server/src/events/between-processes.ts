import { randomUUID } from "node:crypto";
import pg from "pg";

/** PostgreSQL's channel for "these organisations' logs have grown". */
const channel = "tieout_events";
/** Commits of this long are told to the other processes in one statement: each NOTIFY takes a global lock. */
const batchMs = 4;
/** PostgreSQL takes payloads below 8,000 bytes. */
const idsInPayloadMax = 200;
/** The most ids that wait for a lost connection; past it the other processes find them by their own poll. */
const idsWaitingMax = 10_000;
const retryMsMin = 250;
const retryMsMax = 10_000;

export interface BetweenProcessesOptions {
  /** The restricted role's address. */
  url: string;
  /** Another process has committed events of this organisation. */
  onGrown(organisationId: string): void;
  /** Other channels to listen to on the same connection, each with what hears it. */
  channels: Readonly<Record<string, (payload: string) => void>>;
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
  readonly #waiting = new Set<string>();
  #client: pg.Client | null = null;
  #stopped = false;
  #attempts = 0;
  #retry: NodeJS.Timeout | null = null;
  #flush: NodeJS.Timeout | null = null;
  #telling: Promise<void> = Promise.resolve();

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
      void client.end().catch(() => {});
      if (this.#stopped) return;
      if (error) this.#options.onFailure(error);
      this.#connectLater();
    };
    client.on("error", lose);
    client.on("end", () => lose(new Error("PostgreSQL closed the events connection")));
    client.on("notification", (heard) => this.#hear(heard.channel, heard.payload ?? ""));
    try {
      await client.connect();
      for (const name of [channel, ...Object.keys(this.#options.channels)]) {
        await client.query(`LISTEN ${client.escapeIdentifier(name)}`);
      }
    } catch (error) {
      lose(error);
      return;
    }
    if (this.#stopped || lost) {
      lose();
      return;
    }
    this.#client = client;
    this.#attempts = 0;
    this.#options.onConnected();
    this.#flushSoon();
  }

  tell(organisationId: string): void {
    if (this.#waiting.size < idsWaitingMax) this.#waiting.add(organisationId);
    this.#flushSoon();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#flush) clearTimeout(this.#flush);
    await this.#telling;
    await this.#tellWaiting();
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  #connectLater(): void {
    if (this.#retry) return;
    const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(this.#attempts, 10));
    this.#attempts += 1;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      if (!this.#stopped) void this.start();
    }, waitMs);
    this.#retry.unref();
  }

  #flushSoon(): void {
    if (this.#flush || this.#stopped || !this.#client || this.#waiting.size === 0) return;
    this.#flush = setTimeout(() => {
      this.#telling = this.#tellWaiting().finally(() => {
        this.#flush = null;
        this.#flushSoon();
      });
    }, batchMs);
    this.#flush.unref();
  }

  async #tellWaiting(): Promise<void> {
    if (!this.#client || this.#waiting.size === 0) return;
    const ids = [...this.#waiting];
    this.#waiting.clear();
    const payloads = Array.from({ length: Math.ceil(ids.length / idsInPayloadMax) }, (_, at) =>
      [this.#self, ...ids.slice(at * idsInPayloadMax, (at + 1) * idsInPayloadMax)].join(" "),
    );
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

  #hear(heardOn: string, payload: string): void {
    if (heardOn !== channel) {
      this.#options.channels[heardOn]?.(payload);
      return;
    }
    const [sender, ...ids] = payload.split(" ");
    if (sender === this.#self) return;
    for (const id of ids) this.#options.onGrown(id);
  }
}
