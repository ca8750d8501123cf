import { assert } from "../../core/assert.ts";
import { wireObject } from "../../core/wire-values.ts";
import type { Credential } from "../provider.ts";
import { isUnauthorised } from "./client.ts";
import type { TinkTokens, Token } from "./tokens.ts";

/** What a connection keeps: whose it is at Tink, which credentials, and the token that reads them. */
export interface Held extends Token {
  readonly userId: string;
  readonly credentialsId: string;
}

/** To read, and to ask for fresher data. Ending a consent takes a token of its own, made when it is needed. */
export const readingScope =
  "accounts:read,balances:read,transactions:read,provider-consents:read,credentials:read,credentials:refresh";

/** Stored before it ran out; run out since then; refused before its time. */
const triesMax = 3;

/** Does things as the user of a connection, with a token that is renewed where it has run out. */
export class UserAccess {
  readonly #tokens: TinkTokens;
  /** What was renewed within one operation, so that its next call need not ask again. */
  readonly #renewed = new WeakMap<Credential, string>();

  constructor(tokens: TinkTokens) {
    this.#tokens = tokens;
  }

  /** @throws ProviderFailure */
  async run<Answer>(
    credential: Credential,
    work: (held: Held) => Promise<Answer>,
  ): Promise<Answer> {
    let secret = this.#renewed.get(credential) ?? credential.secret;
    for (let tries = 1; ; tries += 1) {
      const held = readHeld(secret);
      if (held.usableUntil > Date.now() || tries === triesMax) {
        try {
          return await work(held);
        } catch (error) {
          if (!isUnauthorised(error) || tries === triesMax) throw error;
        }
      }
      secret = await credential.renew(secret, (current) => this.#exchange(current));
      this.#renewed.set(credential, secret);
    }
  }

  async #exchange(current: string): Promise<string> {
    const { userId, credentialsId } = readHeld(current);
    const token = await this.#tokens.ofUser({ user_id: userId }, readingScope);
    return writeHeld({ userId, credentialsId, ...token });
  }
}

export function writeHeld({ userId, credentialsId, accessToken, usableUntil }: Held): string {
  return JSON.stringify({ userId, credentialsId, accessToken, usableUntil });
}

export function readHeld(secret: string): Held {
  const { userId, credentialsId, accessToken, usableUntil } = wireObject(JSON.parse(secret));
  assert(typeof userId === "string" && typeof credentialsId === "string", "a credential of Tink");
  assert(typeof accessToken === "string" && typeof usableUntil === "number", "a token of Tink");
  return { userId, credentialsId, accessToken, usableUntil };
}
