import { createHash, createPublicKey, verify } from "node:crypto";
import type { SaltEdgeConfig } from "../../config/saltedge.ts";
import { wireId, wireObject, wireText } from "../../core/wire-values.ts";
import type { RawDelivery, VerifiedDelivery, WebhookFact, WebhookVerdict } from "../provider.ts";
import { reasonOf } from "./failures.ts";

/** The four addresses that are registered with Salt Edge. */
export const callbackPaths = ["success", "fail", "notify", "destroy"] as const;
type CallbackPath = (typeof callbackPaths)[number];

const signatureCharactersMax = 2_048;
/** Nothing that is signed tells two alike callbacks apart; a repeated delivery comes within minutes. */
const keyLastsMs = 10 * 60_000;

/**
 * Salt Edge's verification: RSA-SHA256 over the address that was registered and the body, under the key that the
 * delivery names. The address is the configured one, whatever a proxy made of the request's. No time is signed, so no
 * delivery can be called late; and what was altered cannot be told from what was forged.
 * Source: Salt Edge's documentation, "Callbacks", "Request identification".
 */
export async function verifyWebhook(
  delivery: RawDelivery,
  config: Pick<SaltEdgeConfig, "callbackKeys" | "callbackUrl">,
): Promise<WebhookVerdict> {
  const path = callbackPaths.find((known) => known === delivery.path);
  const { signature, "signature-key-version": version } = delivery.headers;
  const pem = version === undefined ? undefined : config.callbackKeys.get(version);
  if (path === undefined || pem === undefined) return { kind: "refused", reason: "forged" };
  if (!isSigned(delivery.body, signature, { url: `${config.callbackUrl}/${path}`, pem })) {
    return { kind: "refused", reason: "forged" };
  }
  const body = parseObject(delivery.body);
  if (body === null) return { kind: "refused", reason: "unreadable" };
  return {
    kind: "genuine",
    deliveryKey: createHash("sha256").update(`${path}|`).update(delivery.body).digest("hex"),
    keyLastsMs,
    externalId: wireId(wireObject(body.data).connection_id),
    what: nameOf(path, wireObject(body.data)),
  };
}

/** A verified callback in the engine's words. A success counts at its last stage only. */
export function translateWebhook(delivery: VerifiedDelivery): WebhookFact {
  const data = wireObject(wireObject(delivery.body).data);
  const path = callbackPaths.find((known) => known === delivery.path);
  const externalId = wireId(data.connection_id);
  if (path === undefined || externalId === null) return { kind: "ignored", what: delivery.path };
  switch (path) {
    case "success":
      if (data.stage !== "finish") return { kind: "ignored", what: nameOf(path, data) };
      return { kind: "transactions_available", externalId, changedFrom: null, goneExternalIds: [] };
    case "fail":
      return {
        kind: "failed",
        externalId,
        reason: reasonOf(wireText(data.error_class) ?? "UnknownError", null),
      };
    case "destroy":
      return { kind: "revoked", externalId };
    case "notify":
      return { kind: "ignored", what: nameOf(path, data) };
    default:
      return path satisfies never;
  }
}

/** "success finish", "fail InvalidCredentials" */
function nameOf(path: CallbackPath, data: Readonly<Record<string, unknown>>): string {
  const detail = wireText(data.error_class) ?? wireText(data.stage);
  return detail === null ? path : `${path} ${detail.slice(0, 100)}`;
}

function isSigned(
  body: Buffer,
  signature: string | undefined,
  { url, pem }: { url: string; pem: string },
): boolean {
  if (signature === undefined || signature.length > signatureCharactersMax) return false;
  const signed = Buffer.concat([Buffer.from(`${url}|`), body]);
  try {
    const bytes = Buffer.from(signature, "base64");
    // SHA-256 alone: older callbacks were signed over SHA-1, which can be made to collide.
    return verify("RSA-SHA256", signed, createPublicKey(pem), bytes);
  } catch {
    return false;
  }
}

function parseObject(body: Buffer): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}
