/**
 * The tokens of one organisation's integration. Refresh tokens rotate: each one serves once, so that every exchange
 * goes through `Credential.renew`, which stores the new one before anybody uses it.
 */

import { wireObject } from "../../core/wire-values.ts";
import type { Credential } from "../provider.ts";
import { ProviderFailure } from "../provider.ts";
import type { PontoClient } from "./client.ts";
import { unanswered } from "./failures.ts";

/** What a connection keeps; its secret is this as JSON. */
export interface Tokens {
  readonly refreshToken: string;
  readonly accessToken: string;
  /** Milliseconds since 1970 */
  readonly accessExpiresAt: number;
  readonly organizationId: string;
}

export const tokenPath = "/ponto-connect/oauth2/token";
/** What an access token lasts where the answer does not say. */
const accessSecondsDefault = 1_799;
/** A token that is about to run out is renewed before it does, on the way to the provider. */
const spareMs = 30_000;
const tokenCharactersMax = 8_192;

/**
 * Calls with an access token that is valid, renewed where it has run out or is refused before its time.
 * @throws ProviderFailure
 */
export async function withAccess<Answer>(
  client: PontoClient,
  credential: Credential,
  call: (token: string, tokens: Tokens) => Promise<Answer>,
): Promise<Answer> {
  let secret = newest.get(credential) ?? credential.secret;
  if (readTokens(secret).accessExpiresAt - spareMs <= Date.now()) {
    secret = await renew(client, credential, secret);
  }
  const tokens = readTokens(secret);
  try {
    return await call(tokens.accessToken, tokens);
  } catch (error) {
    if (!(error instanceof ProviderFailure) || error.wire?.httpStatus !== 401) throw error;
    const renewed = readTokens(await renew(client, credential, secret));
    return call(renewed.accessToken, renewed);
  }
}

/** What a credential was renewed to, so that an operation of many calls does not ask for it with each. */
const newest = new WeakMap<Credential, string>();

async function renew(client: PontoClient, credential: Credential, spent: string): Promise<string> {
  const secret = await credential.renew(spent, async (current) => {
    const { refreshToken, organizationId } = readTokens(current);
    const answer = await client.postForm(tokenPath, {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    });
    return writeTokens({ ...toTokens(answer, Date.now()), organizationId });
  });
  newest.set(credential, secret);
  return secret;
}

/** A token of this client's own, for what belongs to no organisation's access. @throws ProviderFailure */
export async function clientToken(client: PontoClient): Promise<string> {
  const answer = await client.postForm(tokenPath, { grant_type: "client_credentials" });
  return token(wireObject(answer).access_token);
}

/** @throws ProviderFailure for an answer without tokens */
export function toTokens(answer: unknown, now: number): Omit<Tokens, "organizationId"> {
  const { access_token, refresh_token, expires_in } = wireObject(answer);
  const seconds =
    typeof expires_in === "number" && expires_in > 0 ? expires_in : accessSecondsDefault;
  return {
    accessToken: token(access_token),
    refreshToken: token(refresh_token),
    accessExpiresAt: now + seconds * 1_000,
  };
}

/** A token goes into a header: only what may stand there is one. */
function token(value: unknown): string {
  const usable = typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
  if (usable && value.length <= tokenCharactersMax) return value;
  throw unanswered("the answer has no token");
}

export function writeTokens(tokens: Tokens): string {
  return JSON.stringify(tokens);
}

/** The inverse of `writeTokens`: only what that wrote is ever read. */
export function readTokens(secret: string): Tokens {
  return JSON.parse(secret) as Tokens;
}
