import { setMaxListeners } from "node:events";
import type { Faults } from "../faults.ts";
import { destinationAllowed } from "./destination.ts";
import type { Keys } from "./keys.ts";
import { signBody } from "./sign.ts";

/** What every webhook says of itself. */
export interface WebhookBody {
  webhook_type: string;
  webhook_code: string;
  [field: string]: unknown;
}

export interface Delivery {
  id: number;
  url: string;
  code: string;
  itemId: string | null;
  body: string;
  at: number;
  attempts: number;
  outcome: "sending" | "delivered" | "given_up" | "refused";
  status: number | null;
  /** The header of the last attempt, kept so that it can be replayed. */
  signature: string | null;
}

const attemptsMax = 6;
const waitMsMax = 60_000;
const timeoutMs = 10_000;
const keptMax = 200;
const openMax = 1_000;
const heldMs = 2_000;

/** Sends webhooks and remembers the last of them. Each attempt is signed anew, so that a late one is fresh. */
export class Deliveries {
  readonly recent: Delivery[] = [];
  #keys: Keys;
  #faults: Faults;
  #retryMs: number;
  #hosts: string[];
  #open = new Set<Promise<void>>();
  #held: { delivery: Delivery; timer: NodeJS.Timeout }[] = [];
  #closing = new AbortController();
  #nextId = 1;

  constructor(of: { keys: Keys; faults: Faults; retryMs: number; hosts: string[] }) {
    this.#keys = of.keys;
    this.#faults = of.faults;
    this.#retryMs = of.retryMs;
    this.#hosts = of.hosts;
    setMaxListeners(0, this.#closing.signal);
  }

  /** Queues one webhook. Failed attempts are repeated with growing waits, six in all. */
  send(url: string, payload: WebhookBody, itemId: string | null): Delivery {
    const delivery = this.#remember(url, payload, itemId);
    if (delivery.outcome === "refused") return delivery;
    if (this.#faults.take("out_of_order_webhooks", itemId) !== undefined) {
      const timer = setTimeout(() => this.#release(), heldMs);
      this.#held.push({ delivery, timer });
      if (this.#held.length >= 2) this.#release();
      return delivery;
    }
    this.#start(delivery);
    if (this.#faults.take("duplicate_webhooks", itemId) !== undefined) {
      this.#start(this.#remember(url, payload, itemId));
    }
    return delivery;
  }

  /** One attempt with a header of the caller's making; answers the status, or null without an answer. */
  async sendRaw(
    url: string,
    body: string,
    headers: Record<string, string>,
  ): Promise<number | null> {
    if (!destinationAllowed(url, this.#hosts)) return null;
    try {
      const answer = await fetch(url, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers },
        redirect: "manual",
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]),
      });
      await answer.body?.cancel();
      return answer.status;
    } catch {
      return null;
    }
  }

  /** Resolves once nothing is being sent or waited for. */
  async idle(): Promise<void> {
    this.#release();
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const { timer } of this.#held.splice(0)) clearTimeout(timer);
    await Promise.all(this.#open);
  }

  #remember(url: string, payload: WebhookBody, itemId: string | null): Delivery {
    const allowed = destinationAllowed(url, this.#hosts) && this.#open.size < openMax;
    const delivery: Delivery = {
      id: this.#nextId++,
      url,
      code: payload.webhook_code,
      itemId,
      body: JSON.stringify(payload),
      at: Date.now(),
      attempts: 0,
      outcome: allowed ? "sending" : "refused",
      status: null,
      signature: null,
    };
    this.recent.push(delivery);
    if (this.recent.length > keptMax) this.recent.shift();
    return delivery;
  }

  #release(): void {
    for (const { delivery, timer } of this.#held.splice(0).reverse()) {
      clearTimeout(timer);
      this.#start(delivery);
    }
  }

  #start(delivery: Delivery): void {
    const running = this.#attempt(delivery).finally(() => this.#open.delete(running));
    this.#open.add(running);
  }

  async #attempt(delivery: Delivery): Promise<void> {
    while (delivery.attempts < attemptsMax && !this.#closing.signal.aborted) {
      if (delivery.attempts > 0) {
        await this.#wait(Math.min(this.#retryMs * 2 ** (delivery.attempts - 1), waitMsMax));
        if (this.#closing.signal.aborted) return;
      }
      delivery.attempts += 1;
      const key = await this.#keys.current();
      delivery.signature = await signBody(delivery.body, { ...key, issuedAt: Date.now() });
      delivery.status = await this.sendRaw(delivery.url, delivery.body, {
        "plaid-verification": delivery.signature,
      });
      if (delivery.status !== null && delivery.status >= 200 && delivery.status < 300) {
        delivery.outcome = "delivered";
        return;
      }
    }
    delivery.outcome = "given_up";
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#closing.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#closing.signal.addEventListener("abort", done);
    });
  }
}
