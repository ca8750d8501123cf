import { createHash, timingSafeEqual } from "node:crypto";
import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from "jose";
import { addDays, utcDay } from "../../core/dates.ts";
import { wireId, wireMoment, wireObject } from "../../core/wire-values.ts";
import type { RawDelivery, VerifiedDelivery, WebhookFact, WebhookVerdict } from "../provider.ts";
import { synchronizationFailure } from "./failures.ts";
import { readResource } from "./json-api.ts";
import type { WebhookKeys } from "./webhook-keys.ts";

/** The one algorithm that is believed, whatever a token says of itself. */
const algorithm = "RS512";
export const webhookIssuer = "https://api.ibanity.com";
const lifeSeconds = 60;
const leewaySeconds = 30;
const tokenCharactersMax = 8_192;
export const historyDaysMax = 730;

/**
 * Ponto's verification: a token over the body's digest, for this application, a minute long. The signature is checked
 * first, so that `late` and `altered` are only ever said of what Ponto itself has signed.
 * Source: Ibanity's documentation, "Webhooks".
 */
export async function verifyWebhook(
  delivery: RawDelivery,
  keys: WebhookKeys,
  applicationId: string,
): Promise<WebhookVerdict> {
  const token = delivery.headers.signature;
  if (token === undefined || token.length > tokenCharactersMax) return refused("forged");
  const kid = keyIdOf(token);
  if (kid === null) return refused("forged");
  const key = await keys.find(kid, delivery.receivedAt);
  if (key.kind === "unavailable") return { kind: "undecided" };
  if (key.kind === "unknown") return refused("forged");
  const claims = await claimsOf(token, key.jwk);
  if (claims === null || !isForUs(claims, applicationId)) return refused("forged");
  const { iat, exp, jti } = claims;
  if (typeof iat !== "number" || typeof exp !== "number" || wireId(jti) === null) {
    return refused("forged");
  }
  // A token that gives itself a longer life has the documented one all the same.
  const ends = Math.min(exp, iat + lifeSeconds);
  const now = delivery.receivedAt.getTime() / 1_000;
  if (now > ends + leewaySeconds || now < iat - leewaySeconds) return refused("late");
  if (!sameDigest(claims.digest, delivery.body)) return refused("altered");
  const body = parseObject(delivery.body);
  if (body === null) return refused("unreadable");
  const { organizationId, what } = eventOf(body);
  return {
    kind: "genuine",
    deliveryKey: String(jti),
    keyLastsMs: null,
    externalId: organizationId,
    what,
  };
}

/** A verified delivery in the engine's words. Kinds that mean nothing to it, new ones among them, are `ignored`. */
export function translateWebhook(delivery: VerifiedDelivery): WebhookFact {
  const { organizationId: externalId, what, attributes } = eventOf(delivery.body);
  if (externalId === null) return { kind: "ignored", what };
  const available = { kind: "transactions_available", externalId, goneExternalIds: [] } as const;
  switch (what) {
    case "account.transactionsCreated":
    case "account.pendingTransactionsCreated":
    case "account.pendingTransactionsUpdated":
    case "account.detailsUpdated":
    // The person has shared it already: the sync that follows reads the accounts anew.
    case "integration.accountAdded":
    // One account less: the others still deliver.
    case "integration.accountRevoked":
    case "organization.unblocked":
      return { ...available, changedFrom: null };
    case "account.transactionsUpdated": {
      // Which rows were corrected is not said: it may be any.
      const at = wireMoment(attributes.createdAt);
      return { ...available, changedFrom: at && addDays(utcDay(at), -historyDaysMax) };
    }
    case "synchronization.failed":
      return { kind: "failed", externalId, reason: synchronizationFailure(attributes.errors) };
    case "organization.blocked":
      return { kind: "failed", externalId, reason: blocked };
    case "account.reauthorized":
      return { kind: "repaired", externalId };
    case "integration.revoked":
      return { kind: "revoked", externalId };
    default:
      return { kind: "ignored", what };
  }
}

const blocked = {
  kind: "temporary",
  message: "The provider has blocked this organisation for now.",
  detail: "organization blocked",
} as const;

const typePrefix = "pontoConnect.";

/** An event's type without its prefix, and whom it is about. Unlike the prefix says, `data.id` is the event's own. */
function eventOf(body: unknown) {
  const event = readResource(body);
  const type = wireId(wireObject(wireObject(body).data).type) ?? "?";
  const what = type.startsWith(typePrefix) ? type.slice(typePrefix.length) : type;
  return { organizationId: event.related("organization"), what, attributes: event.attributes };
}

function refused(
  reason: Extract<WebhookVerdict, { kind: "refused" }>["reason"],
): Extract<WebhookVerdict, { kind: "refused" }> {
  return { kind: "refused", reason };
}

/** The key's id, if the token claims the one algorithm that is accepted. */
function keyIdOf(token: string): string | null {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    const usable = alg === algorithm && typeof kid === "string" && /^[\w.:-]{1,200}$/.test(kid);
    return usable ? kid : null;
  } catch {
    return null;
  }
}

async function claimsOf(
  token: string,
  jwk: JWK,
): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const key = await importJWK(jwk, algorithm);
    const { payload } = await compactVerify(token, key, { algorithms: [algorithm] });
    return wireObject(JSON.parse(Buffer.from(payload).toString("utf8")));
  } catch {
    return null;
  }
}

function isForUs(claims: Readonly<Record<string, unknown>>, applicationId: string): boolean {
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  return claims.iss === webhookIssuer && audience.includes(applicationId);
}

function sameDigest(claimed: unknown, body: Buffer): boolean {
  const digest = createHash("sha512").update(body).digest();
  const given = Buffer.from(typeof claimed === "string" ? claimed : "", "base64");
  return given.length === digest.length && timingSafeEqual(given, digest);
}

function parseObject(body: Buffer): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}
