import type { TinkConfig } from "../../config/tink.ts";
import { wireId, wireObject } from "../../core/wire-values.ts";
import { isUnauthorised, isUnknown, type TinkClient } from "./client.ts";
import { gone, unreadable } from "./failures.ts";

/** A token is not used in its last minute: it must outlive the call, and two clocks are never quite the same. */
const marginSeconds = 60;
const lifeSecondsDefault = 1_800;
const lifeSecondsMax = 86_400;

export interface Token {
  readonly accessToken: string;
  /** When it is no longer to be used, in milliseconds since 1970. */
  readonly usableUntil: number;
}

/** Names a user of Tink's by either of their two ids. */
export type UserId = { readonly user_id: string } | { readonly external_user_id: string };

/** Tokens of the installation itself, kept in memory until they run out, and tokens of users, which are not. */
export class TinkTokens {
  readonly #config: TinkConfig;
  readonly #client: TinkClient;
  readonly #kept = new Map<string, Promise<Token>>();

  constructor(config: TinkConfig, client: TinkClient) {
    this.#config = config;
    this.#client = client;
  }

  /** Does `work` with a token of the installation; once more with a new one where Tink refuses the kept one. @throws ProviderFailure */
  async asClient<Answer>(scope: string, work: (token: string) => Promise<Answer>): Promise<Answer> {
    const token = await this.#clientToken(scope);
    try {
      return await work(token);
    } catch (error) {
      if (!isUnauthorised(error)) throw error;
      this.#kept.delete(scope);
      return work(await this.#clientToken(scope));
    }
  }

  /**
   * A new token of a user. The installation's own key is enough for it at any time, so no refresh token is kept: it
   * would be one more secret to lose.
   * @throws ProviderFailure, final where Tink knows no such user
   */
  async ofUser(user: UserId, scope: string): Promise<Token> {
    const code = await this.asClient("authorization:grant", (token) =>
      this.#client.call({
        method: "POST",
        path: "/api/v1/oauth/authorization-grant",
        token,
        form: { ...user, scope },
      }),
    ).catch((error: unknown) => {
      throw isUnknown(error) ? gone("authorization-grant: unknown user") : error;
    });
    return this.#exchange({ grant_type: "authorization_code", code: codeIn(code) });
  }

  /** A code that lets Tink Link act for a user. @throws ProviderFailure */
  async delegate(user: UserId, scope: string, idHint: string): Promise<string> {
    const answer = await this.asClient("authorization:grant", (token) =>
      this.#client.call({
        method: "POST",
        path: "/api/v1/oauth/authorization-grant/delegate",
        token,
        form: { ...user, id_hint: idHint, actor_client_id: tinkLinkClientId, scope },
      }),
    );
    return codeIn(answer);
  }

  async #clientToken(scope: string): Promise<string> {
    const kept = await this.#kept.get(scope)?.catch(() => null);
    if (kept && kept.usableUntil > Date.now()) return kept.accessToken;
    const asked = this.#exchange({ grant_type: "client_credentials", scope });
    this.#kept.set(scope, asked);
    return (await asked).accessToken;
  }

  async #exchange(form: Record<string, string>): Promise<Token> {
    const { clientId: client_id, clientSecret: client_secret } = this.#config;
    const answer = wireObject(
      await this.#client.call({
        method: "POST",
        path: "/api/v1/oauth/token",
        form: { client_id, client_secret, ...form },
      }),
    );
    const accessToken = secretIn(answer.access_token);
    if (accessToken === null) throw unreadable("no access token");
    return { accessToken, usableUntil: Date.now() + usableSeconds(answer.expires_in) * 1_000 };
  }
}

/** Tink Link's own client, to which a user's rights are lent while a person is there. */
const tinkLinkClientId = "df05e4b379934cd09963197cc855bfe9";

function usableSeconds(expiresIn: unknown): number {
  const life = typeof expiresIn === "number" && expiresIn > 0 ? expiresIn : lifeSecondsDefault;
  return Math.max(Math.min(life, lifeSecondsMax) - marginSeconds, 1);
}

function codeIn(answer: unknown): string {
  const code = wireId(wireObject(answer).code);
  if (code === null) throw unreadable("no authorization code");
  return code;
}

/** Signed tokens are long. */
function secretIn(value: unknown): string | null {
  return typeof value === "string" && /^[\x21-\x7e]{1,8192}$/.test(value) ? value : null;
}
