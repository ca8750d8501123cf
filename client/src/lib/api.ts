import {
  Client,
  type CombinedError,
  fetchExchange,
  mapExchange,
  subscriptionExchange,
} from "@urql/core";
import { cacheExchange, type KeyGenerator } from "@urql/exchange-graphcache";
import { keylessTypes } from "../generated/keyless-types.ts";
import { possibleTypes } from "../generated/possible-types.ts";
import { connectionRefused } from "./live-state.svelte.ts";
import { subscribeWithCursor } from "./live-transport.ts";
import { ownCursorExchange } from "./own-cursor.ts";

/** Without an id too, yet not values of a parent: one of a kind for this session. */
const singletons: Record<string, KeyGenerator> = {
  Viewer: () => "current",
  MatchingChoice: ({ family }) => String(family),
  Dashboard: () => "current",
  BusinessCalendar: () => "current",
};

/**
 * The one client. A normalised cache pays here because most news arrives as entities, through
 * subscriptions and mutation results: every list that shows a bank connection or an open item
 * follows without a line of its own.
 */
export const api = new Client({
  url: "/graphql",
  preferGetMethod: false,
  requestPolicy: "cache-and-network",
  fetchOptions: { credentials: "same-origin" },
  exchanges: [
    mapExchange({ onError: leaveIfSignedOut }),
    cacheExchange({ possibleTypes, keys: { ...values(), ...singletons } }),
    ownCursorExchange,
    fetchExchange,
    subscriptionExchange({ forwardSubscription: subscribeWithCursor }),
  ],
});

/** The session ended meanwhile: for the screen it is the same as a refused live connection. */
function leaveIfSignedOut(error: CombinedError): void {
  if (error.graphQLErrors.some(({ extensions }) => extensions.code === "NOT_SIGNED_IN")) {
    connectionRefused();
  }
}

/** Types without an id are values that live in their parent. */
function values(): Record<string, KeyGenerator> {
  return Object.fromEntries(keylessTypes.map((name) => [name, () => null]));
}
