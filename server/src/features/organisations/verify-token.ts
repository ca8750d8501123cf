import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";
import type { OidcConfig } from "../../config.ts";
import { CredentialRefused } from "./credential-refused.ts";

export interface TokenClaims {
  /** The issuer's own id of the person; never changes. */
  readonly subject: string;
  /** Only if the issuer says that it was verified. */
  readonly verifiedEmail: string | null;
  readonly expiresAt: Date;
}

/** Asymmetric only: with an HMAC among them, the public key could be used to sign. */
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const clockToleranceSeconds = 30;
const requestMsMax = 5_000;
/** An unknown key id asks the issuer again at most this often: forged ids must not become a flood there. */
const cooldownMs = 30_000;
const keysFreshMs = 10 * 60_000;

/**
 * Verifies signature, issuer, audience and times (OpenID Connect Core 3.1.3.7, RFC 8725).
 * @throws CredentialRefused
 */
export async function verifyToken(
  oidc: OidcConfig,
  token: string,
  now: Date,
): Promise<TokenClaims> {
  try {
    const { payload } = await jwtVerify(token, await keysOf(oidc), {
      algorithms,
      issuer: oidc.issuer,
      audience: oidc.audience,
      clockTolerance: clockToleranceSeconds,
      currentDate: now,
      requiredClaims: ["sub", "exp"],
    });
    return claimsOf(payload);
  } catch (error) {
    if (error instanceof CredentialRefused) throw error;
    const unreachable =
      !(error instanceof errors.JOSEError) ||
      error instanceof errors.JWKSTimeout ||
      error.code === "ERR_JOSE_GENERIC";
    throw new CredentialRefused(unreachable ? "issuer_unreachable" : "invalid");
  }
}

function claimsOf({ sub, exp, email, email_verified }: JWTPayload): TokenClaims {
  if (typeof sub !== "string" || sub === "" || typeof exp !== "number") {
    throw new CredentialRefused("invalid");
  }
  const verified = email_verified === true && typeof email === "string";
  return {
    subject: sub,
    verifiedEmail: verified ? email : null,
    expiresAt: new Date((exp + clockToleranceSeconds) * 1000),
  };
}

/** One for each issuer of the process: configurations are few and fixed. */
const keySets = new Map<string, Promise<JWTVerifyGetKey>>();

/** The issuer's keys, fetched when needed and kept. A discovery that failed is tried again by the next token. */
function keysOf(oidc: OidcConfig): Promise<JWTVerifyGetKey> {
  const name = JSON.stringify([oidc.issuer, oidc.jwksUrl]);
  const known = keySets.get(name);
  if (known) return known;
  const found = findJwksUrl(oidc).then((url) =>
    createRemoteJWKSet(new URL(url), {
      timeoutDuration: requestMsMax,
      cooldownDuration: cooldownMs,
      cacheMaxAge: keysFreshMs,
    }),
  );
  keySets.set(name, found);
  found.catch(() => keySets.delete(name));
  return found;
}

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** OpenID Connect Discovery 1.0, section 4. */
async function findJwksUrl(oidc: OidcConfig): Promise<string> {
  if (oidc.jwksUrl !== null) return oidc.jwksUrl;
  const address = `${oidc.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(requestMsMax) });
  const document = discovery.safeParse(response.ok ? await response.json() : null);
  if (!document.success || document.data.issuer !== oidc.issuer) {
    throw new CredentialRefused("issuer_unreachable");
  }
  return document.data.jwks_uri;
}
