import { unreachable } from "../unreachable.ts";
import type { WireTrouble } from "../wires/wire.ts";
import type { TinkFact, WebhookEndpoint } from "./facts.ts";
import { plannedStates } from "./problems.ts";

const consentDays = 90;
const dayMs = 86_400_000;
/** Tink goes to the bank by itself about this often, and learns only then that a consent has run out. */
const backgroundMs = 6 * 3_600_000;

export interface TinkUser {
  userId: string;
  externalUserId: string;
  market: string;
  deleted: boolean;
  /** Tokens with a serial up to this one are no longer taken. */
  spentSerial: number;
}

/** One sign-in of a user at one bank. */
export interface TinkCredentials {
  credentialsId: string;
  userId: string;
  institutionKey: string;
  market: string;
  paths: string[];
  consentedAt: number;
  /** When Tink was last at the bank with success; null: not yet. */
  fetchedAt: number | null;
  trouble: WireTrouble | null;
  statusAt: number;
  /** Rows from this index on came after the trouble began; null while there is none. */
  unseenFrom: number | null;
  deleted: boolean;
}

/** Users, credentials and webhook endpoints: what applying the facts gives. */
export class TinkUsers {
  readonly users = new Map<string, TinkUser>();
  readonly credentials = new Map<string, TinkCredentials>();
  readonly endpoints: WebhookEndpoint[] = [];
  tokenKey: string | null = null;

  apply(fact: TinkFact): void {
    switch (fact.did) {
      case "key_made":
        this.tokenKey = fact.key;
        return;
      case "user_created": {
        const { userId, externalUserId, market } = fact;
        this.users.set(userId, { userId, externalUserId, market, deleted: false, spentSerial: 0 });
        return;
      }
      case "user_deleted":
        this.user(fact.userId).deleted = true;
        for (const one of this.of(fact.userId)) one.deleted = true;
        return;
      case "consented": {
        const { of: _, did: __, at, ...rest } = fact;
        const state = { consentedAt: at, statusAt: at, fetchedAt: null, unseenFrom: null };
        this.credentials.set(fact.credentialsId, {
          ...rest,
          ...state,
          trouble: null,
          deleted: false,
        });
        return;
      }
      case "renewed":
        Object.assign(this.get(fact.credentialsId), {
          ...{ paths: fact.paths, consentedAt: fact.at, statusAt: fact.at },
          ...{ trouble: null, unseenFrom: null },
        });
        return;
      case "fetched":
        Object.assign(this.get(fact.credentialsId), { fetchedAt: fact.at, statusAt: fact.at });
        return;
      case "trouble_set": {
        const { trouble, at, rows } = fact;
        const one = this.get(fact.credentialsId);
        const unseenFrom = trouble === null ? null : (one.unseenFrom ?? rows);
        Object.assign(one, { trouble, statusAt: at, unseenFrom });
        return;
      }
      case "credentials_deleted":
        this.get(fact.credentialsId).deleted = true;
        return;
      case "tokens_spent":
        this.user(fact.userId).spentSerial = fact.serial;
        return;
      case "endpoint_added":
        this.endpoints.push(fact.endpoint);
        return;
      default:
        unreachable(fact);
    }
  }

  /** Throws a RangeError for an unknown id: callers with ids from outside use the maps. */
  user(userId: string): TinkUser {
    const user = this.users.get(userId);
    if (user === undefined) throw new RangeError(`no user ${userId}`);
    return user;
  }

  /** Throws a RangeError for an unknown id. */
  get(credentialsId: string): TinkCredentials {
    const found = this.credentials.get(credentialsId);
    if (found === undefined) throw new RangeError(`no credentials ${credentialsId}`);
    return found;
  }

  byEither(of: { userId?: string | undefined; externalUserId?: string | undefined }) {
    return [...this.users.values()].find(
      (user) =>
        !user.deleted && (user.userId === of.userId || user.externalUserId === of.externalUserId),
    );
  }

  /** A user's credentials that are not deleted, oldest first. */
  of(userId: string): TinkCredentials[] {
    return this.live().filter((one) => one.userId === userId);
  }

  live(): TinkCredentials[] {
    return [...this.credentials.values()].filter((one) => !one.deleted);
  }

  /** The consent that the sandbox's controls name by its user; throws a RangeError where there is none. */
  latestOf(userId: string): TinkCredentials {
    const latest = this.of(userId).at(-1);
    if (latest === undefined) throw new RangeError(`no consent ${userId}`);
    return latest;
  }
}

/** When the bank will want the person again. */
export function sessionEnds({ consentedAt, trouble, statusAt }: TinkCredentials): number {
  return trouble === "consent_expired" ? statusAt : consentedAt + consentDays * dayMs;
}

/** The state as Tink tells it, with its `detailedError`. */
export function statusOf(one: TinkCredentials, now: number): { status: string; detailed?: object } {
  const status =
    one.trouble !== null
      ? statuses[one.trouble]
      : now > sessionEnds(one) + backgroundMs
        ? "SESSION_EXPIRED"
        : one.fetchedAt === null
          ? "UPDATING"
          : "UPDATED";
  const detailed = plannedStates[status];
  return { status, ...(detailed !== undefined && { detailed }) };
}

const statuses: Readonly<Record<WireTrouble, string>> = {
  login_required: "AUTHENTICATION_ERROR",
  consent_expired: "SESSION_EXPIRED",
  revoked: "SESSION_EXPIRED",
  institution_down: "TEMPORARY_ERROR",
};
