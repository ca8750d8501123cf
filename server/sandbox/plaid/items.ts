import { addDays } from "../../../prisma/story/calendar.ts";
import { unreachable } from "../unreachable.ts";
import type { RowChange } from "../world/facts.ts";
import type { World } from "../world/world.ts";
import { ChangeLog, visible } from "./change-log.ts";
import type { PlaidFact } from "./facts.ts";
import { accountIds, transactionIds } from "./ids.ts";
import { type ItemTrouble, problems } from "./problems.ts";

export const initialDays = 30;
const publicTokenMinutes = 30;

export interface Item {
  itemId: string;
  institutionKey: string;
  paths: string[];
  accessToken: string;
  webhook: string | null;
  from: string;
  linkedAt: number;
  consentedAt: number;
  /** Which of its first two deliveries of transactions have happened. */
  stage: "none" | "initial" | "historical";
  initialFrom: string;
  syncCalled: boolean;
  trouble: ItemTrouble | null;
  removed: boolean;
  log: ChangeLog;
  accountId: (path: string) => string;
  transactionId: (index: number) => string;
  lastWebhook: { at: number; code: string } | null;
}

/** Items and their tokens; follows the world's changes into each item's own change log. */
export class Items {
  readonly all = new Map<string, Item>();
  #byToken = new Map<string, Item>();
  #publicTokens = new Map<string, { itemId: string; at: number; used: boolean }>();
  #world: World;
  #listeners: ((item: Item) => void)[] = [];

  constructor(world: World) {
    this.#world = world;
    world.onChange((changes) => this.#follow(changes));
  }

  /** Called with an item whose change log grew by a change at the bank. */
  onNews(listener: (item: Item) => void): void {
    this.#listeners.push(listener);
  }

  apply(fact: Exclude<PlaidFact, { did: "key_added" | "key_expired" }>): void {
    if (fact.did === "linked") {
      this.#link(fact);
      return;
    }
    const item = this.get(fact.itemId);
    switch (fact.did) {
      case "public_token_made":
        this.#publicTokens.set(fact.publicToken, { itemId: fact.itemId, at: fact.at, used: false });
        return;
      case "public_token_used": {
        const token = this.#publicTokens.get(fact.publicToken);
        if (token !== undefined) token.used = true;
        return;
      }
      case "sync_called":
        item.syncCalled = true;
        return;
      case "backfilled":
        this.#backfill(item, fact.stage, fact.on);
        return;
      case "token_changed":
        this.#byToken.delete(item.accessToken);
        item.accessToken = fact.accessToken;
        this.#byToken.set(fact.accessToken, item);
        return;
      case "webhook_changed":
        item.webhook = fact.webhook;
        return;
      case "trouble_set":
        item.trouble = fact.trouble;
        return;
      case "consent_renewed":
        item.consentedAt = fact.at;
        return;
      case "accounts_chosen":
        this.#chooseAccounts(item, fact.paths);
        return;
      case "removed":
        item.removed = true;
        return;
      default:
        unreachable(fact);
    }
  }

  /** Throws a RangeError for an unknown id: callers with ids from outside use `find`. */
  get(itemId: string): Item {
    const item = this.all.get(itemId);
    if (item === undefined) throw new RangeError(`no item ${itemId}`);
    return item;
  }

  live(): Item[] {
    return [...this.all.values()].filter((item) => !item.removed);
  }

  /** The item of an access token; throws the aggregator's complaint. */
  byAccessToken(token: string): Item {
    const item = this.#byToken.get(token);
    if (item === undefined) throw problems.accessToken();
    if (item.removed) throw problems.itemNotFound();
    return item;
  }

  /** The item of a public token, which works once within its half hour. */
  byPublicToken(token: string): Item {
    const found = this.#publicTokens.get(token);
    if (found === undefined) throw problems.publicToken("could not find matching public token");
    if (found.used) throw problems.publicToken("public token has already been exchanged");
    if (this.#world.clock.now() - found.at > publicTokenMinutes * 60_000) {
      throw problems.publicToken("provided public token is expired");
    }
    return this.get(found.itemId);
  }

  #link(fact: Extract<PlaidFact, { did: "linked" }>): void {
    const { itemId, institutionKey, paths, accessToken, webhook, from } = fact;
    const item: Item = {
      ...{ itemId, institutionKey, paths, accessToken, webhook, from },
      linkedAt: fact.at,
      consentedAt: fact.at,
      stage: "none",
      initialFrom: later(addDays(fact.on, -initialDays), from),
      syncCalled: false,
      trouble: null,
      removed: false,
      log: new ChangeLog(),
      accountId: accountIds(itemId),
      transactionId: transactionIds(itemId),
      lastWebhook: null,
    };
    this.all.set(itemId, item);
    this.#byToken.set(accessToken, item);
  }

  #backfill(item: Item, stage: "initial" | "historical", on: string): void {
    item.stage = stage;
    if (stage === "initial") item.initialFrom = later(addDays(on, -initialDays), item.from);
    this.#fill(item, stage === "initial" ? item.initialFrom : item.from);
  }

  #fill(item: Item, from: string): void {
    for (const path of item.paths) {
      for (const [start, end] of this.#world.rows.spansOf(path)) {
        for (let index = start; index < end; index++) {
          if (visible(this.#world.rows.get(index), from)) item.log.add(index);
        }
      }
    }
  }

  #chooseAccounts(item: Item, paths: string[]): void {
    item.paths = paths;
    if (item.stage === "none") return;
    this.#fill(item, item.stage === "initial" ? item.initialFrom : item.from);
  }

  #follow(changes: RowChange[]): void {
    for (const item of this.live()) {
      if (item.stage === "none") continue;
      const before = item.log.length;
      for (const change of changes) this.#followOne(item, change);
      if (item.log.length > before) for (const listener of this.#listeners) listener(item);
    }
  }

  #followOne(item: Item, change: RowChange): void {
    if (change.kind === "modified") item.log.modify(change.index);
    else if (change.kind === "removed") item.log.remove(change.index);
    else this.#followAdded(item, change);
  }

  #followAdded(item: Item, change: { start: number; end: number }): void {
    const from = item.stage === "initial" ? item.initialFrom : item.from;
    for (let index = change.start; index < change.end; index++) {
      const row = this.#world.rows.get(index);
      if (!item.paths.includes(row.path)) return;
      if (visible(row, from)) item.log.add(index);
    }
  }
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
