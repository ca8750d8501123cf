import { addDays } from "../../../prisma/story/calendar.ts";
import { unreachable } from "../unreachable.ts";
import type { WireTrouble } from "../wires/wire.ts";
import type { World } from "../world/world.ts";
import type { SaltEdgeFact } from "./facts.ts";
import { Ledger } from "./ledger.ts";

const recentDays = 30;
/** European rules end a consent after this long. */
export const consentMs = 90 * 86_400_000;
export const refreshEveryMs = 60 * 60_000;

export interface Customer {
  customerId: string;
  identifier: string;
  createdAt: number;
}

export interface Attempt {
  attemptId: string;
  userPresent: boolean;
  startedAt: number;
  successAt: number | null;
  failAt: number | null;
  errorClass: string | null;
  stage: "connect" | "fetch_recent" | "finish";
}

export interface Connection {
  connectionId: string;
  customerId: string;
  institutionKey: string;
  paths: string[];
  from: string;
  createdAt: number;
  consent: { consentId: string; givenAt: number };
  attempt: Attempt;
  lastSuccessAt: number | null;
  refreshPossibleAt: number | null;
  /** What of the history has been fetched. */
  stage: "none" | "recent" | "full";
  trouble: WireTrouble | null;
  removed: boolean;
  ledger: Ledger;
}

/** Customers and their connections: what applying the facts gives. */
export class Connections {
  readonly customers = new Map<string, Customer>();
  readonly all = new Map<string, Connection>();
  #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  apply(fact: SaltEdgeFact): void {
    if (fact.did === "customer_made") {
      const { customerId, identifier, at } = fact;
      this.customers.set(customerId, { customerId, identifier, createdAt: at });
      return;
    }
    if (fact.did === "connected") {
      this.#connect(fact);
      return;
    }
    const connection = this.get(fact.connectionId);
    switch (fact.did) {
      case "reconnected":
        connection.paths = fact.paths;
        connection.consent = { consentId: fact.consentId, givenAt: fact.at };
        connection.attempt = newAttempt(fact);
        connection.trouble = null;
        return;
      case "fetched":
        this.#fetch(connection, fact);
        return;
      case "trouble_set":
        connection.trouble = fact.trouble;
        if (fact.trouble === null) return;
        connection.attempt = {
          ...newAttempt(fact),
          userPresent: false,
          failAt: fact.at,
          errorClass: troubleClasses[fact.trouble],
        };
        return;
      case "refresh_requested":
        connection.refreshPossibleAt = fact.at + refreshEveryMs;
        return;
      case "removed":
        connection.removed = true;
        return;
      default:
        unreachable(fact);
    }
  }

  /** Throws a RangeError for an unknown id: callers with ids from outside use `find`. */
  get(connectionId: string): Connection {
    const connection = this.all.get(connectionId);
    if (connection === undefined) throw new RangeError(`no connection ${connectionId}`);
    return connection;
  }

  find(connectionId: string): Connection | undefined {
    const connection = this.all.get(connectionId);
    return connection?.removed ? undefined : connection;
  }

  live(): Connection[] {
    return [...this.all.values()].filter(({ removed }) => !removed);
  }

  /** What keeps the aggregator from the bank: something that was set, or a consent that has run out. */
  troubleOf(connection: Connection): WireTrouble | null {
    const expired = this.#world.clock.now() >= connection.consent.givenAt + consentMs;
    return connection.trouble ?? (expired ? "consent_expired" : null);
  }

  #connect(fact: Extract<SaltEdgeFact, { did: "connected" }>): void {
    const { connectionId, customerId, institutionKey, paths, from, at } = fact;
    this.all.set(connectionId, {
      ...{ connectionId, customerId, institutionKey, paths, from },
      createdAt: at,
      consent: { consentId: fact.consentId, givenAt: at },
      attempt: newAttempt(fact),
      lastSuccessAt: null,
      refreshPossibleAt: null,
      stage: "none",
      trouble: null,
      removed: false,
      ledger: new Ledger(connectionId),
    });
  }

  /** Rows are not in the fact: when it is brought back, the world stands where it stood then. */
  #fetch(connection: Connection, fact: Extract<SaltEdgeFact, { did: "fetched" }>): void {
    const recent = addDays(fact.on, -recentDays);
    const { from } = connection;
    const oldest = fact.stage === "recent" && recent > from ? recent : from;
    connection.ledger.fetch(this.#world, connection.paths, oldest);
    connection.stage = connection.stage === "full" ? "full" : fact.stage;
    const same = connection.attempt.attemptId === fact.attemptId;
    const attempt = same ? connection.attempt : newAttempt(fact);
    const finished = fact.stage === "full";
    connection.attempt = {
      ...attempt,
      userPresent: fact.userPresent,
      successAt: finished ? fact.at : null,
      stage: finished ? "finish" : "fetch_recent",
    };
    if (finished) connection.lastSuccessAt = fact.at;
  }
}

function newAttempt({ attemptId, at }: { attemptId: string; at: number }): Attempt {
  return {
    attemptId,
    userPresent: true,
    startedAt: at,
    successAt: null,
    failAt: null,
    errorClass: null,
    stage: "connect",
  };
}

export const troubleClasses: Record<WireTrouble, string> = {
  login_required: "InvalidCredentials",
  consent_expired: "AispConsentExpired",
  revoked: "AispConsentRevoked",
  institution_down: "ProviderUnavailable",
};
