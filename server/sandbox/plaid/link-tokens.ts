import type { SignIn, Walk } from "../link/sign-ins.ts";
import { newToken } from "./ids.ts";

export const linkMinutes = 240;
export const updateMinutes = 30;
const tokensMax = 1_000;

/** What an application asked the hosted flow for. */
export interface LinkRequest {
  clientName: string;
  language: string;
  countryCodes: string[];
  products: string[];
  webhook: string | null;
  redirectUri: string | null;
  completionRedirectUri: string | null;
  /** Chosen beforehand; null lets the person search. */
  institutionKey: string | null;
  days: number;
  /** The item to repair (update mode); null adds one. */
  itemId: string | null;
  choosesAccounts: boolean;
}

export interface LinkResult {
  publicToken: string;
  itemId: string;
  paths: string[];
}

export interface LinkToken extends LinkRequest {
  linkToken: string;
  createdAt: number;
  expiresAt: number;
  /** The hosted pages that were opened for it. */
  signIn: SignIn;
  /** What came of walks that ended well, by walk. */
  results: Map<string, LinkResult>;
}

/** Link tokens live in memory: a walk that a restart cuts off is begun again by the application. */
export class LinkTokens {
  #tokens = new Map<string, LinkToken>();
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param open opens the hosted pages for the token */
  create(request: LinkRequest, minutes: number, open: (token: LinkToken) => SignIn): LinkToken {
    const createdAt = this.#now();
    const token: Omit<LinkToken, "signIn"> = {
      ...request,
      linkToken: newToken("link"),
      createdAt,
      expiresAt: createdAt + minutes * 60_000,
      results: new Map(),
    };
    const opened = Object.assign(token, { signIn: open(token as LinkToken) });
    this.#tokens.set(opened.linkToken, opened);
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size <= tokensMax) break;
      this.#tokens.delete(oldest);
    }
    return opened;
  }

  byToken(linkToken: string): LinkToken | undefined {
    return this.#tokens.get(linkToken);
  }
}

/** The walk as the aggregator calls it: a session of Link. */
export type LinkSession = Walk;
