import { unreachable } from "../unreachable.ts";
import type { WireTrouble } from "../wires/wire.ts";
import type { World } from "../world/world.ts";
import type { PontoFact, RequestedSync } from "./facts.ts";
import { Feed } from "./feed.ts";
import { idOf } from "./ids.ts";

export const authorizationDays = 90;
export const accessSeconds = 1_799;
const dayMs = 86_400_000;

/** One organisation's consent, and its accounts. */
export interface Integration {
  /** The organisation's id, which stands for the consent. */
  readonly consentId: string;
  readonly institutionKey: string;
  readonly paths: readonly string[];
  readonly code: string;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly madeAt: number;
  codeUsed: boolean;
  authorizedAt: number;
  trouble: WireTrouble | null;
  troubleAt: number;
  ended: boolean;
  accessToken: string | null;
  accessEndsAt: number;
  refreshToken: string | null;
  readonly accounts: readonly PontoAccount[];
}

export interface PontoAccount {
  readonly id: string;
  readonly path: string;
  readonly feed: Feed;
  readonly syncs: Sync[];
  /** The end of the last synchronisation that succeeded; null: none has yet. */
  syncedAt: number | null;
  balanceMinor: bigint;
  pendingMinor: bigint;
}

export interface Sync extends RequestedSync {
  endedAt: number | null;
  error: string | null;
  /** Booked rows that it corrected. */
  updated: number[];
  /** What it changed, for the webhooks that tell of it. */
  created: number;
  pendingChanged: boolean;
}

const syncsKept = 50;

/** All integrations and what they know, as the facts give them. */
export class Integrations {
  readonly all = new Map<string, Integration>();
  #byAccess = new Map<string, Integration>();
  #byRefresh = new Map<string, Integration>();
  #world: World;
  #listeners: ((integration: Integration, account: PontoAccount) => void)[] = [];

  constructor(world: World) {
    this.#world = world;
    world.onChange((changes) => {
      for (const integration of this.living()) {
        for (const account of integration.accounts) {
          const own = changes.filter((change) => account.feed.follow(change));
          if (own.length > 0) for (const tell of this.#listeners) tell(integration, account);
        }
      }
    });
  }

  /** Called when something happened at the bank that a synchronisation would bring. */
  onNews(listener: (integration: Integration, account: PontoAccount) => void): void {
    this.#listeners.push(listener);
  }

  living(): Integration[] {
    return [...this.all.values()].filter(({ ended }) => !ended);
  }

  /** Throws a RangeError for an unknown id: callers with ids from outside use `all`. */
  get(consentId: string): Integration {
    const integration = this.all.get(consentId);
    if (integration === undefined) throw new RangeError(`no integration ${consentId}`);
    return integration;
  }

  /** The one whose access token this is, run out or not. */
  byAccess(token: string): Integration | undefined {
    return this.#byAccess.get(token);
  }

  byRefresh(token: string): Integration | undefined {
    return this.#byRefresh.get(token);
  }

  byCode(code: string): Integration | undefined {
    return this.living().find((integration) => integration.code === code);
  }

  accountOf(integration: Integration, path: string): PontoAccount {
    const account = integration.accounts.find((one) => one.path === path);
    if (account === undefined) throw new RangeError(`no account ${path}`);
    return account;
  }

  apply(fact: Exclude<PontoFact, { did: "key_added" }>): void {
    if (fact.did === "authorized") {
      this.#add(fact);
      return;
    }
    const integration = this.get(fact.consentId);
    switch (fact.did) {
      case "tokens_made":
        this.#exchange(integration, fact);
        return;
      case "access_spent":
        integration.accessEndsAt = 0;
        return;
      case "reauthorized":
        integration.authorizedAt = fact.at;
        integration.trouble = null;
        return;
      case "trouble_set":
        integration.trouble = fact.trouble;
        integration.troubleAt = fact.at;
        return;
      case "sync_requested":
        this.#request(this.accountOf(integration, fact.path), fact.sync);
        return;
      case "sync_ended":
        this.#end(this.accountOf(integration, fact.path), fact);
        return;
      case "ended":
        integration.ended = true;
        return;
      default:
        unreachable(fact);
    }
  }

  #add(fact: Extract<PontoFact, { did: "authorized" }>): void {
    const { consentId, paths, from, at } = fact;
    const { institutionKey, code, challenge, redirectUri } = fact;
    this.all.set(consentId, {
      ...{ consentId, institutionKey, paths, code, challenge, redirectUri },
      madeAt: at,
      codeUsed: false,
      authorizedAt: at,
      trouble: null,
      troubleAt: 0,
      ended: false,
      accessToken: null,
      accessEndsAt: 0,
      refreshToken: null,
      accounts: paths.map((path) => ({
        id: idOf(consentId, "account", path),
        path,
        feed: new Feed(this.#world, path, from),
        syncs: [],
        syncedAt: null,
        // The accounts' details come with the consent, their rows with the first synchronisation.
        balanceMinor: this.#world.account(path).balanceMinor,
        pendingMinor: this.#world.account(path).pendingMinor,
      })),
    });
  }

  #exchange(integration: Integration, fact: Extract<PontoFact, { did: "tokens_made" }>): void {
    if (integration.accessToken !== null) this.#byAccess.delete(integration.accessToken);
    if (integration.refreshToken !== null) this.#byRefresh.delete(integration.refreshToken);
    integration.codeUsed = true;
    integration.accessToken = fact.accessToken;
    integration.refreshToken = fact.refreshToken;
    integration.accessEndsAt = fact.at + accessSeconds * 1_000;
    this.#byAccess.set(fact.accessToken, integration);
    this.#byRefresh.set(fact.refreshToken, integration);
  }

  #request(account: PontoAccount, requested: RequestedSync): void {
    const sync: Sync = {
      ...requested,
      ...{ endedAt: null, error: null, updated: [], created: 0, pendingChanged: false },
    };
    account.syncs.push(sync);
    if (account.syncs.length > syncsKept) account.syncs.shift();
  }

  #end(account: PontoAccount, fact: Extract<PontoFact, { did: "sync_ended" }>): void {
    const sync = account.syncs.find(({ syncId }) => syncId === fact.syncId);
    if (sync === undefined) return;
    sync.endedAt = fact.at;
    sync.error = fact.error;
    if (fact.error !== null) return;
    // Each changes the time, or a reader would miss the second of two in one millisecond.
    account.syncedAt = Math.max(fact.at, (account.syncedAt ?? 0) + 1);
    const { balanceMinor, pendingMinor } = this.#world.account(account.path);
    Object.assign(account, { balanceMinor, pendingMinor });
    Object.assign(sync, account.feed.absorb());
  }
}

/** When the bank's authorisation ends, by the sandbox's clock. */
export function authorizationEnds(integration: Integration): number {
  const end = integration.authorizedAt + authorizationDays * dayMs;
  const cut = integration.trouble === "consent_expired" ? integration.troubleAt - 1_000 : end;
  return Math.min(end, cut);
}
