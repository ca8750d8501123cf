import pg from "pg";
import type { App } from "../app.ts";

/** Where a worker pool's lock lives: PostgreSQL gives it back the moment that the process is gone. */
const lockOf = "hashtextextended('tieout.worker:' || $1, 0)";
const reapMs = 1_000;
/** A pool takes its first jobs and its lock at the same time; what was locked this recently is left alone. */
const graceSeconds = 1;
const reconnectMs = 500;

/**
 * Which worker pools are alive, over all processes. Graphile Worker frees a dead worker's jobs after four hours; here
 * each pool holds an advisory lock on a connection of its own as long as its process lives, and whoever can take a
 * pool's lock knows that it is dead and frees its jobs at once.
 *
 * A process that loses this connection alone looks dead while its jobs run on. Operations are made for that: they
 * write only what is still theirs to write.
 */
export class Liveness {
  readonly #app: App;
  /** Null while it is being renewed. */
  #client: pg.Client | null;
  #poolId: string | null = null;
  #held: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #timer: NodeJS.Timeout;

  static async open(app: App): Promise<Liveness> {
    const client = newClient(app);
    await client.connect();
    const liveness = new Liveness(app, client);
    await liveness.#reap();
    return liveness;
  }

  private constructor(app: App, client: pg.Client) {
    this.#app = app;
    this.#client = client;
    this.#watch(client);
    this.#timer = setInterval(() => void this.#reap(), reapMs);
  }

  /** Takes the lock of this process's pool. */
  begin(poolId: string): void {
    this.#poolId = poolId;
    this.#held = this.#client === null ? Promise.resolve() : this.#lock(this.#client);
    this.#held.catch(() => {});
  }

  /** Resolves once the lock is held: nothing that could be mistaken for a dead pool's work starts before. */
  begun(): Promise<void> {
    return this.#held;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#client?.end().catch(() => {});
  }

  async #lock(client: pg.Client): Promise<void> {
    await client.query(`SELECT pg_advisory_lock(${lockOf})`, [this.#poolId]);
  }

  /** Frees the jobs of pools that nobody holds the lock of. */
  async #reap(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    try {
      const { rows } = await client.query<{ id: string }>(
        `SELECT locked_by AS id FROM graphile_worker._private_jobs
         WHERE locked_at < now() - make_interval(secs => $1) AND locked_by IS NOT NULL
         UNION SELECT locked_by FROM graphile_worker._private_job_queues
         WHERE locked_at < now() - make_interval(secs => $1) AND locked_by IS NOT NULL`,
        [graceSeconds],
      );
      for (const { id } of rows) if (id !== this.#poolId) await this.#freeIfDead(client, id);
    } catch (error) {
      if (!this.#closed) this.#app.log.warn({ err: error }, "Cannot look for dead workers");
    }
  }

  async #freeIfDead(client: pg.Client, poolId: string): Promise<void> {
    const { rows } = await client.query<{ dead: boolean }>(
      `SELECT pg_try_advisory_lock(${lockOf}) AS dead`,
      [poolId],
    );
    if (!rows[0]?.dead) return;
    try {
      await client.query("SELECT graphile_worker.force_unlock_workers(ARRAY[$1])", [poolId]);
      this.#app.log.warn({ poolId }, "Took over the jobs of a worker that is gone");
    } finally {
      await client.query(`SELECT pg_advisory_unlock(${lockOf})`, [poolId]);
    }
  }

  #watch(client: pg.Client): void {
    const lost = () => {
      if (this.#closed || client !== this.#client) return;
      this.#client = null;
      void this.#reconnect();
    };
    client.on("error", lost);
    client.on("end", lost);
  }

  async #reconnect(): Promise<void> {
    while (!this.#closed) {
      const client = newClient(this.#app);
      // Before it connects: a client that fails tells it by an event too.
      client.on("error", () => {});
      try {
        await client.connect();
        if (this.#poolId !== null) await this.#lock(client);
        this.#client = client;
        this.#watch(client);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, reconnectMs));
      }
    }
  }
}

/** A lost host is noticed in half a minute instead of two hours. */
function newClient(app: App): pg.Client {
  return new pg.Client({
    connectionString: app.config.databaseUrl,
    keepAlive: true,
    options:
      "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4 -c idle_session_timeout=0",
  });
}
