import { randomUUID } from "node:crypto";
import { newId, newToken } from "../plaid/ids.ts";

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

export interface LinkToken extends LinkRequest {
  linkToken: string;
  /** What stands in the hosted page's address. */
  hostedId: string;
  createdAt: number;
  expiresAt: number;
  sessions: LinkSession[];
}

export type Step = "institution" | "sign_in" | "code" | "accounts" | "consent" | "done" | "left";

/** One walk through the hosted pages. */
export interface LinkSession {
  sessionId: string;
  startedAt: number;
  finishedAt: number | null;
  step: Step;
  institutionKey: string | null;
  paths: string[];
  /** What the person has to put right, shown once on the step's page. */
  complaint: string | null;
  wrongAttempts: number;
  result: { publicToken: string; itemId: string; paths: string[] } | null;
  events: { name: string; at: number; institutionKey: string | null; errorCode?: string }[];
}

/** Link tokens live in memory: a walk that a restart cuts off is begun again by the application. */
export class LinkTokens {
  #tokens = new Map<string, LinkToken>();
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  create(of: LinkRequest & { minutes: number }): LinkToken {
    const { minutes, ...request } = of;
    const createdAt = this.#now();
    const token: LinkToken = {
      ...request,
      linkToken: newToken("link"),
      hostedId: newId(),
      createdAt,
      expiresAt: createdAt + minutes * 60_000,
      sessions: [],
    };
    this.#tokens.set(token.linkToken, token);
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size <= tokensMax) break;
      this.#tokens.delete(oldest);
    }
    return token;
  }

  byToken(linkToken: string): LinkToken | undefined {
    return this.#tokens.get(linkToken);
  }

  byHostedId(hostedId: string): LinkToken | undefined {
    return [...this.#tokens.values()].find((token) => token.hostedId === hostedId);
  }

  expired(token: LinkToken): boolean {
    return this.#now() > token.expiresAt;
  }

  /** The walk under way, or a new one; after success there is no other. */
  session(token: LinkToken): LinkSession {
    const last = token.sessions.at(-1);
    if (last !== undefined && last.step !== "left") return last;
    const session: LinkSession = {
      sessionId: randomUUID(),
      startedAt: this.#now(),
      finishedAt: null,
      step: token.institutionKey === null ? "institution" : "sign_in",
      institutionKey: token.institutionKey,
      paths: [],
      complaint: null,
      wrongAttempts: 0,
      result: null,
      events: [],
    };
    token.sessions.push(session);
    return session;
  }
}
