import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { problems } from "./problems.ts";
import type { TinkUsers } from "./users.ts";

export const clientTokenSeconds = 1_800;
export const userTokenSeconds = 7_200;
const codeMs = 30 * 60_000;
const codesMax = 2_000;

/** What a token is good for. */
export interface Claims {
  /** Null: the client's own. */
  userId: string | null;
  scopes: string[];
  /** Instant in milliseconds of the sandbox's clock. */
  expiresAt: number;
  serial: number;
}

interface Code {
  userId: string;
  scopes: string[];
  /** Lent to Tink Link, instead of for a token. */
  delegated: boolean;
  expiresAt: number;
}

/** Access tokens that carry their own claims, signed; and one-time codes, which live in memory. */
export class TinkTokens {
  readonly #users: TinkUsers;
  readonly #now: () => number;
  readonly #codes = new Map<string, Code>();
  #serial = Date.now();

  constructor(users: TinkUsers, now: () => number) {
    this.#users = users;
    this.#now = now;
  }

  issue(userId: string | null, scopes: string[]): { token: string; seconds: number } {
    const seconds = userId === null ? clientTokenSeconds : userTokenSeconds;
    this.#serial += 1;
    const expiresAt = this.#now() + seconds * 1_000;
    const claims: Claims = { userId, scopes, expiresAt, serial: this.#serial };
    const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return { token: `${payload}.${this.#sign(payload)}`, seconds };
  }

  /** Tokens issued up to now have this serial at most. */
  get lastSerial(): number {
    return this.#serial;
  }

  /** Throws Tink's complaint for a token that is not its own, has run out or was spent. */
  read(header: string | undefined): Claims {
    const [payload = "", signature = ""] = (header ?? "").replace(/^Bearer /, "").split(".");
    const [given, own] = [Buffer.from(signature), Buffer.from(this.#sign(payload))];
    if (given.length !== own.length || !timingSafeEqual(given, own)) throw problems.token();
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Claims;
    if (claims.expiresAt <= this.#now()) throw problems.token();
    if (claims.userId === null) return claims;
    const user = this.#users.users.get(claims.userId);
    if (user === undefined || user.deleted || claims.serial <= user.spentSerial) {
      throw problems.token();
    }
    return claims;
  }

  grant(of: Omit<Code, "expiresAt">): string {
    const code = randomBytes(16).toString("hex");
    this.#codes.set(code, { ...of, expiresAt: this.#now() + codeMs });
    for (const oldest of this.#codes.keys()) {
      if (this.#codes.size <= codesMax) break;
      this.#codes.delete(oldest);
    }
    return code;
  }

  /** A code works once. Undefined for one that was used, has lapsed or was meant for something else. */
  redeem(code: string, delegated: boolean): Code | undefined {
    const found = this.#codes.get(code);
    if (found === undefined || found.delegated !== delegated) return undefined;
    this.#codes.delete(code);
    return found.expiresAt > this.#now() ? found : undefined;
  }

  #sign(payload: string): string {
    const key = this.#users.tokenKey;
    if (key === null) throw new TypeError("no key was made yet");
    return createHmac("sha256", key).update(payload).digest("base64url");
  }
}
