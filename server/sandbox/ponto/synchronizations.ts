import type { Sandbox } from "../sandbox.ts";
import { newId } from "./ids.ts";
import {
  authorizationEnds,
  type Integration,
  type Integrations,
  type PontoAccount,
  type Sync,
} from "./integrations.ts";

export const subtypeDefault = "accountTransactionsWithUnsettled";

/**
 * Lets synchronisations happen: those that the client asks for, and those that follow by themselves a little after
 * something has happened at the bank. Each takes the sandbox's ready delay.
 */
export class Synchronizations {
  #sandbox: Sandbox;
  #integrations: Integrations;
  #timers = new Map<string, NodeJS.Timeout>();
  #tell: (integration: Integration, account: PontoAccount, sync: Sync) => void;

  /** @param tell called with each synchronisation that has ended */
  constructor(
    sandbox: Sandbox,
    integrations: Integrations,
    tell: (integration: Integration, account: PontoAccount, sync: Sync) => void,
  ) {
    this.#sandbox = sandbox;
    this.#integrations = integrations;
    this.#tell = tell;
  }

  /** Takes up what an earlier run left open, and begins to follow the banks. */
  start(): void {
    this.#integrations.onNews((integration, account) => this.#soon(integration, account));
    for (const integration of this.#integrations.living()) {
      for (const account of integration.accounts) this.#soon(integration, account);
    }
  }

  /** Begins one, which ends by itself. */
  request(integration: Integration, account: PontoAccount, by: Sync["by"], subtype: string): Sync {
    const { consentId } = integration;
    const sync = { syncId: newId(), subtype, by, at: this.#sandbox.world.clock.now() };
    this.#sandbox.record({
      ...{ of: "ponto", did: "sync_requested", consentId, path: account.path, sync },
    } as Parameters<Sandbox["record"]>[0]);
    this.#plan(integration, account);
    return account.syncs.at(-1) as Sync;
  }

  /** Synchronises at once. */
  now(integration: Integration, account: PontoAccount): void {
    this.request(integration, account, "schedule", subtypeDefault);
    this.#endOpen(integration, account);
  }

  /** Ends everything that is open or planned. */
  flush(): void {
    for (const integration of this.#integrations.living()) {
      for (const account of integration.accounts) {
        if (this.#timers.has(keyOf(integration, account))) this.#run(integration, account);
      }
    }
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #soon(integration: Integration, account: PontoAccount): void {
    if (!this.#timers.has(keyOf(integration, account))) this.#plan(integration, account);
  }

  #plan(integration: Integration, account: PontoAccount): void {
    const key = keyOf(integration, account);
    clearTimeout(this.#timers.get(key));
    const { readyDelayMs } = this.#sandbox.settings;
    const timer = setTimeout(() => this.#run(integration, account), readyDelayMs);
    this.#timers.set(key, timer);
  }

  #run(integration: Integration, account: PontoAccount): void {
    this.#timers.delete(keyOf(integration, account));
    if (integration.ended) return;
    const isOpen = account.syncs.some(({ endedAt }) => endedAt === null);
    if (isOpen) this.#endOpen(integration, account);
    else this.now(integration, account);
  }

  #endOpen(integration: Integration, account: PontoAccount): void {
    const key = keyOf(integration, account);
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    const at = this.#sandbox.world.clock.now();
    for (const { syncId, endedAt } of [...account.syncs]) {
      if (endedAt !== null) continue;
      this.#sandbox.record({
        ...{ of: "ponto", did: "sync_ended", consentId: integration.consentId },
        ...{ path: account.path, syncId, error: errorOf(integration, at), at },
      } as Parameters<Sandbox["record"]>[0]);
      const ended = account.syncs.find((sync) => sync.syncId === syncId);
      if (ended !== undefined) this.#tell(integration, account, ended);
    }
  }
}

function errorOf(integration: Integration, now: number): string | null {
  if (integration.trouble === "institution_down") return "financialInstitutionUnavailable";
  if (integration.trouble !== null || authorizationEnds(integration) <= now) {
    return "authorizationInvalid";
  }
  return null;
}

function keyOf({ consentId }: Integration, { path }: PontoAccount): string {
  return `${consentId} ${path}`;
}
