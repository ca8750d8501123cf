import type { WireTrouble } from "../wires/wire.ts";
import type { RowChange } from "../world/facts.ts";
import { type CallbackName, sendCallback } from "./callbacks.ts";
import type { Connection } from "./connections.ts";
import { newId } from "./ids.ts";
import type { SaltEdgeSandbox } from "./saltedge-sandbox.ts";

const coalesceMs = 25;

/** When the aggregator fetches from the banks: after a consent, when asked to, and when something happened there. */
export class Fetches {
  #sandbox: SaltEdgeSandbox;
  #planned = new Map<NodeJS.Timeout, () => void>();
  #waiting = new Set<string>();
  #started = false;

  constructor(sandbox: SaltEdgeSandbox) {
    this.#sandbox = sandbox;
    sandbox.world.onChange((changes) => this.#follow(changes));
  }

  /** Takes up what was under way when the process ended. */
  start(): void {
    this.#started = true;
    const { connections, world } = this.#sandbox;
    for (const connection of connections.live()) {
      if (connection.stage !== "full") this.prepare(connection);
      else if (connection.ledger.isBehind(world, connection.paths)) this.plan(connection);
    }
  }

  /** Brings the last days, then all the history that was asked for. */
  prepare(connection: Connection): void {
    if (this.#waiting.has(connection.connectionId)) return;
    this.#waiting.add(connection.connectionId);
    this.#later(this.#sandbox.settings.readyDelayMs, () => {
      this.#waiting.delete(connection.connectionId);
      const next = connection.stage === "none" ? "recent" : "full";
      this.#fetch(connection, next, connection.attempt.attemptId, true);
      if (connection.stage !== "full" && !connection.removed) this.prepare(connection);
    });
  }

  /** Fetches soon; what comes together is fetched once. */
  plan(
    connection: Connection,
    attempt: { attemptId: string; userPresent: boolean } | null = null,
  ): void {
    if (this.#waiting.has(connection.connectionId)) return;
    this.#waiting.add(connection.connectionId);
    this.#later(coalesceMs, () => {
      this.#waiting.delete(connection.connectionId);
      this.#fetch(connection, "full", attempt?.attemptId ?? newId(), attempt?.userPresent ?? false);
    });
  }

  /** Fetches at once: pending rows change their ids under a reader. */
  now(connection: Connection): void {
    this.#fetch(connection, "full", newId(), false);
  }

  isWaiting({ connectionId }: Connection): boolean {
    return this.#waiting.has(connectionId);
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

  #fetch(
    connection: Connection,
    stage: "recent" | "full",
    attemptId: string,
    userPresent: boolean,
  ): void {
    const { connections, world } = this.#sandbox;
    if (connection.removed) return;
    const trouble = connections.troubleOf(connection);
    if (trouble !== null) {
      sendCallback(this.#sandbox, connection, failCallbacks[trouble]);
      return;
    }
    const { connectionId } = connection;
    const [on, at] = [world.clock.today(), world.clock.now()];
    const what = { connectionId, attemptId, userPresent, stage, on, at };
    this.#sandbox.record({ of: "saltedge", did: "fetched", ...what });
    const name = stage === "full" ? "success finish" : "notify fetch_recent";
    sendCallback(this.#sandbox, connection, name);
  }

  #follow(changes: RowChange[]): void {
    if (!this.#started) return;
    const { connections, world } = this.#sandbox;
    const paths = new Set(
      changes.map((change) => {
        return world.rows.get(change.kind === "added" ? change.start : change.index).path;
      }),
    );
    for (const connection of connections.live()) {
      if (connection.stage !== "full" || connections.troubleOf(connection) !== null) continue;
      if (connection.paths.some((path) => paths.has(path))) this.plan(connection);
    }
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#planned.delete(timer);
      run();
    }, ms);
    this.#planned.set(timer, run);
  }
}

export const failCallbacks: Record<WireTrouble, CallbackName> = {
  login_required: "fail InvalidCredentials",
  consent_expired: "fail AispConsentExpired",
  revoked: "fail AispConsentRevoked",
  institution_down: "fail ProviderUnavailable",
};
