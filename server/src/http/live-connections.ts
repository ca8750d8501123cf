import type { App } from "../app.ts";
import { onRevocation, type Revocation } from "../features/organisations/revocations.ts";
import { sessionAlive } from "../features/organisations/session-alive.ts";
import type { Viewer } from "../features/viewer.ts";

/** How often each viewer with an open connection is checked though nobody said that anything changed. */
const checkEveryMs = 30_000;

interface LiveConnection {
  readonly viewer: Viewer;
  /** Ends the connection because its viewer may no longer have it. */
  end(): void;
  /** Ends it because the server stops. Sockets are told by their own server. */
  stop?(): void;
}

/**
 * The connections that outlive a request: sockets and event streams. They end soon after their session, their key
 * or their rights do: at once when this or another process says so, and at the next check otherwise.
 */
export class LiveConnections {
  readonly #app: App;
  readonly #connections = new Set<LiveConnection>();
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | null = null;
  #checking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(app: App) {
    this.#app = app;
    this.#stopListening = onRevocation(app.database, (revocation) => this.#recheck(revocation));
    this.#checkLater();
  }

  /** How many are open, for the figures. */
  get count(): number {
    return this.#connections.size;
  }

  /** @returns a function to call when the connection has ended */
  add(connection: LiveConnection): () => void {
    this.#connections.add(connection);
    return () => this.#connections.delete(connection);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const connection of this.#connections) connection.stop?.();
    this.#stopListening();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#checking;
  }

  #checkLater(): void {
    this.#timer = setTimeout(() => {
      this.#recheck({ kind: "all" });
      void this.#checking.then(() => {
        if (!this.#stopped) this.#checkLater();
      });
    }, checkEveryMs);
    this.#timer.unref();
  }

  /** One check after the other, so that many connections do not take the pool from the requests. */
  #recheck(revocation: Revocation): void {
    this.#checking = this.#checking.then(() => this.#check(revocation));
  }

  async #check(revocation: Revocation): Promise<void> {
    const byHolder = new Map<string, LiveConnection[]>();
    for (const connection of this.#connections) {
      if (!concerns(revocation, connection.viewer)) continue;
      const holder = holderOf(connection.viewer);
      const others = byHolder.get(holder);
      if (others) others.push(connection);
      else byHolder.set(holder, [connection]);
    }
    for (const connections of byHolder.values()) {
      const [first] = connections;
      if (this.#stopped || !first) return;
      if (await this.#alive(first.viewer)) continue;
      for (const connection of connections) connection.end();
    }
  }

  /** A database that does not answer ends nobody's connection. */
  async #alive(viewer: Viewer): Promise<boolean> {
    try {
      return await sessionAlive(this.#app, viewer);
    } catch (error) {
      this.#app.log.warn({ err: error }, "A live connection could not be checked");
      return true;
    }
  }
}

function concerns(revocation: Revocation, { actor }: Viewer): boolean {
  switch (revocation.kind) {
    case "all":
      return true;
    case "person":
      return actor.kind === "person" && actor.id === revocation.personId;
    case "api_key":
      return actor.kind === "api_key" && actor.id === revocation.apiKeyId;
  }
}

/** Viewers with the same answer to "may they go on?". */
function holderOf({ actor, organisationId, sessionId, permissions, validUntil }: Viewer): string {
  const may = [...permissions].sort().join(" ");
  return [actor.kind, actor.id, organisationId, sessionId, may, validUntil?.getTime()].join("|");
}
