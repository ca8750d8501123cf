import type { SubscriptionForwarder } from "@urql/core";
import { type Client, createClient } from "graphql-ws";
import {
  connectionClosed,
  connectionIdle,
  connectionOpened,
  connectionRefused,
} from "./live-state.svelte.ts";

/** Longest wait between two attempts to reconnect, in milliseconds. */
const retryWaitMsMax = 8_000;

/** How long a silent connection is believed before a ping must be answered, in milliseconds. */
const keepAliveMs = 10_000;

let wake: (() => void) | undefined;
let client: Client | undefined;

/**
 * Sends a subscription over the one connection and remembers the cursor of its last event.
 * graphql-ws subscribes anew after a lost connection and serialises the variables again when it
 * does: `after` is a getter, so the new subscription begins where the old one stopped.
 */
export const subscribeWithCursor: SubscriptionForwarder = (request) => ({
  subscribe(sink) {
    let cursor: unknown = request.variables?.after;
    const variables = {
      ...request.variables,
      get after() {
        return cursor;
      },
    };
    const stop = connection().subscribe(
      { query: request.query ?? "", variables, extensions: request.extensions },
      {
        next(result) {
          cursor = cursorOf(result.data) ?? cursor;
          sink.next(result as Parameters<typeof sink.next>[0]);
        },
        error: (reason) => sink.error(reason),
        complete: () => sink.complete(),
      },
    );
    return { unsubscribe: stop };
  },
});

function connection(): Client {
  client ??= open();
  return client;
}

function open(): Client {
  const address = new URL("/graphql", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  addEventListener("online", () => wake?.());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake?.();
  });
  let pongDue: ReturnType<typeof setTimeout> | undefined;
  return createClient({
    url: address.href,
    keepAlive: keepAliveMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: waitBeforeRetry,
    on: {
      opened: (socket) => {
        pongDue = undefined;
        liveSocket = socket as WebSocket;
      },
      connected: connectionOpened,
      ping: (received) => {
        // A laptop that slept keeps a dead socket open: an unanswered ping closes it.
        if (!received) pongDue = setTimeout(() => liveSocket?.close(4408, "No answer"), 5_000);
      },
      pong: (received) => {
        if (received) clearTimeout(pongDue);
      },
      closed: (event) => {
        clearTimeout(pongDue);
        const code = (event as CloseEvent).code;
        if (code === 4401 || code === 4403) connectionRefused();
        else if (code === 1000) connectionIdle();
        else connectionClosed();
      },
    },
  });
}

let liveSocket: WebSocket | undefined;

/** Doubles from a quarter second, spread so that not all browsers return at once. */
function waitBeforeRetry(retries: number): Promise<void> {
  const full = Math.min(retryWaitMsMax, 250 * 2 ** Math.min(retries, 10));
  const wait = full / 2 + (Math.random() * full) / 2;
  return new Promise((resolve) => {
    const timer = setTimeout(done, wait);
    function done() {
      clearTimeout(timer);
      wake = undefined;
      resolve();
    }
    wake = done;
  });
}

function cursorOf(data: unknown): unknown {
  if (!data || typeof data !== "object") return undefined;
  for (const event of Object.values(data)) {
    if (event && typeof event === "object" && "cursor" in event) return event.cursor;
  }
  return undefined;
}
