import { createHash, timingSafeEqual } from "node:crypto";
import { compactVerify, decodeProtectedHeader, importJWK } from "jose";
import { wireMoment } from "../../core/wire-values.ts";
import type { RawDelivery, VerifiedDelivery, WebhookFact, WebhookVerdict } from "../provider.ts";
import { asErrorBody, reasonOf } from "./failures.ts";
import type { WebhookKeys } from "./webhook-keys.ts";

const ageSecondsMax = 5 * 60;
/** Two clocks are never quite the same; anything later was not signed yet. */
const skewSeconds = 30;
const tokenCharactersMax = 4_096;

/**
 * Plaid's verification: an ES256 token over the body's digest and the time. The signature is checked first, so that
 * `late` and `altered` are only ever said of what Plaid itself has signed.
 * Source: Plaid's documentation, "Webhook verification".
 */
export async function verifyWebhook(
  delivery: RawDelivery,
  keys: WebhookKeys,
): Promise<WebhookVerdict> {
  const token = delivery.headers["plaid-verification"];
  if (token === undefined || token.length > tokenCharactersMax) return refused("forged");
  const kid = keyIdOf(token);
  if (kid === null) return refused("forged");
  const key = await keys.find(kid, delivery.receivedAt);
  if (key.kind === "unavailable") return { kind: "undecided" };
  if (key.kind === "unknown") return refused("forged");
  const claims = await claimsOf(token, key.jwk);
  if (claims === null) return refused("forged");
  const age = delivery.receivedAt.getTime() / 1_000 - claims.iat;
  if (age > ageSecondsMax || age < -skewSeconds) return refused("late");
  if (!sameDigest(claims.request_body_sha256, delivery.body)) return refused("altered");
  const body = parseObject(delivery.body);
  if (body === null) return refused("unreadable");
  return {
    kind: "genuine",
    deliveryKey: deliveryKey(token),
    keyLastsMs: null,
    externalId: textOf(body.item_id),
    what: nameOf(body),
  };
}

/** A verified delivery in the engine's words. Kinds that mean nothing to it, old ones among them, are `ignored`. */
export function translateWebhook(delivery: VerifiedDelivery): WebhookFact {
  const { item_id, ...rest } = asObject(delivery.body);
  const what = nameOf(rest);
  const externalId = textOf(item_id);
  if (externalId === null) return { kind: "ignored", what };
  switch (what) {
    case "TRANSACTIONS SYNC_UPDATES_AVAILABLE":
      return {
        kind: "transactions_available",
        externalId,
        changedFrom: null,
        goneExternalIds: [],
      };
    case "ITEM ERROR":
      return { kind: "failed", externalId, reason: reasonOf(asErrorBody(rest.error), null) };
    case "ITEM LOGIN_REPAIRED":
      return { kind: "repaired", externalId };
    case "ITEM NEW_ACCOUNTS_AVAILABLE":
      return { kind: "new_accounts", externalId };
    case "ITEM PENDING_EXPIRATION":
      return { kind: "consent_expiring", externalId, at: wireMoment(rest.consent_expiration_time) };
    case "ITEM PENDING_DISCONNECT":
      return { kind: "consent_expiring", externalId, at: wireMoment(rest.disconnect_time) };
    case "ITEM USER_PERMISSION_REVOKED":
    case "ITEM USER_ACCOUNT_REVOKED":
      return { kind: "revoked", externalId };
    default:
      return { kind: "ignored", what };
  }
}

/** "ITEM ERROR" */
function nameOf(body: Record<string, unknown>): string {
  return `${textOf(body.webhook_type) ?? "?"} ${textOf(body.webhook_code) ?? "?"}`;
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
    const usable = alg === "ES256" && typeof kid === "string" && /^[\w-]{1,200}$/.test(kid);
    return usable ? kid : null;
  } catch {
    return null;
  }
}

async function claimsOf(
  token: string,
  jwk: Parameters<typeof importJWK>[0],
): Promise<{ iat: number; request_body_sha256: unknown } | null> {
  try {
    const key = await importJWK(jwk, "ES256");
    const { payload } = await compactVerify(token, key, { algorithms: ["ES256"] });
    const { iat, request_body_sha256 } = asObject(
      JSON.parse(Buffer.from(payload).toString("utf8")),
    );
    return typeof iat === "number" ? { iat, request_body_sha256 } : null;
  } catch {
    return null;
  }
}

function sameDigest(claimed: unknown, body: Buffer): boolean {
  const digest = createHash("sha256").update(body).digest();
  const given = Buffer.from(typeof claimed === "string" ? claimed : "", "hex");
  return given.length === digest.length && timingSafeEqual(given, digest);
}

/**
 * The token, but for the half of its ECDSA signature that anybody can replace by its twin: a delivery replayed with it
 * is still the same. Two genuine ones differ in the other half, even if they say the same in the same second.
 */
function deliveryKey(token: string): string {
  const end = token.lastIndexOf(".");
  const nonce = Buffer.from(token.slice(end + 1), "base64url").subarray(0, 32);
  return createHash("sha256").update(token.slice(0, end)).update(nonce).digest("hex");
}

function parseObject(body: Buffer): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.length <= 200 ? value : null;
}
