import { setMaxListeners } from "node:events";
import type { Faults } from "../faults.ts";
import { destinationAllowed } from "./destination.ts";

/** A webhook on its way to a receiver. */
export interface Outgoing {
  wire: string;
  /** The consent that it is about; null: about none. */
  consentId: string | null;
  url: string;
  /** The aggregator's name for it, for the list of deliveries. */
  code: string;
  /** The exact text that is sent. */
  body: string;
  /** The headers for one attempt; asked anew for each, so that a late one is fresh where the real one signs again. */
  sign(body: string): Headers | Promise<Headers>;
}

type Headers = Record<string, string>;

export interface Delivery {
  id: number;
  wire: string;
  consentId: string | null;
  url: string;
  code: string;
  body: string;
  at: number;
  attempts: number;
  outcome: "sending" | "delivered" | "given_up" | "refused";
  status: number | null;
  /** The headers of the last attempt, kept so that it can be replayed. */
  headers: Headers | null;
}

const attemptsMax = 6;
const waitMsMax = 60_000;
const timeoutMs = 10_000;
const keptMax = 200;
const openMax = 1_000;
const heldMs = 2_000;

/** Sends the webhooks of all wires, to loopback and allowed hosts only, and remembers the last of them. */
export class Deliveries {
  readonly recent: Delivery[] = [];
  #faults: Faults;
  #retryMs: number;
  #hosts: string[];
  #open = new Set<Promise<void>>();
  #held: { start: () => void; timer: NodeJS.Timeout }[] = [];
  #closing = new AbortController();
  #nextId = 1;

  constructor(of: { faults: Faults; retryMs: number; hosts: string[] }) {
    this.#faults = of.faults;
    this.#retryMs = of.retryMs;
    this.#hosts = of.hosts;
    setMaxListeners(0, this.#closing.signal);
  }

  /** Queues one webhook. Failed attempts are repeated with growing waits, six in all. */
  send(outgoing: Outgoing): Delivery {
    const delivery = this.#remember(outgoing);
    if (delivery.outcome === "refused") return delivery;
    if (this.#faults.take("out_of_order_webhooks", outgoing) !== undefined) {
      const start = () => this.#start(delivery, outgoing);
      this.#held.push({ start, timer: setTimeout(() => this.#release(), heldMs) });
      if (this.#held.length >= 2) this.#release();
      return delivery;
    }
    this.#start(delivery, outgoing);
    if (this.#faults.take("duplicate_webhooks", outgoing) !== undefined) {
      this.#start(this.#remember(outgoing), outgoing);
    }
    return delivery;
  }

  /** One attempt with headers of the caller's making; answers the status, or null without an answer. */
  async sendRaw(url: string, body: string, headers: Headers): Promise<number | null> {
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

  /** The last webhook that this address took, so that it can be sent a second time to the letter. */
  lastDelivered(url: string): Delivery | undefined {
    return this.recent.findLast((d) => d.url === url && d.outcome === "delivered");
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

  #remember({ wire, consentId, url, code, body }: Outgoing): Delivery {
    const allowed = destinationAllowed(url, this.#hosts) && this.#open.size < openMax;
    const delivery: Delivery = {
      ...{ id: this.#nextId++, wire, consentId, url, code, body },
      at: Date.now(),
      attempts: 0,
      outcome: allowed ? "sending" : "refused",
      status: null,
      headers: null,
    };
    this.recent.push(delivery);
    if (this.recent.length > keptMax) this.recent.shift();
    return delivery;
  }

  #release(): void {
    for (const { start, timer } of this.#held.splice(0).reverse()) {
      clearTimeout(timer);
      start();
    }
  }

  #start(delivery: Delivery, outgoing: Outgoing): void {
    const running = this.#attempt(delivery, outgoing).finally(() => this.#open.delete(running));
    this.#open.add(running);
  }

  async #attempt(delivery: Delivery, outgoing: Outgoing): Promise<void> {
    while (delivery.attempts < attemptsMax && !this.#closing.signal.aborted) {
      if (delivery.attempts > 0) {
        await this.#wait(Math.min(this.#retryMs * 2 ** (delivery.attempts - 1), waitMsMax));
        if (this.#closing.signal.aborted) return;
      }
      delivery.attempts += 1;
      delivery.headers = await outgoing.sign(delivery.body);
      delivery.status = await this.sendRaw(delivery.url, delivery.body, delivery.headers);
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
