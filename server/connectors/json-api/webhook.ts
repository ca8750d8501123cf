import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type {
  RawDelivery,
  VerifiedDelivery,
  WebhookFact,
  WebhookVerdict,
} from "@tieout/connector-kit";
import { failureOf } from "./failures.ts";
import { asObject, text } from "./translate.ts";

const ageSecondsMax = 5 * 60;

/** The bank signs `<unix seconds>.<body>` with a shared secret: `X-Bank-Signature: t=<seconds>,v1=<hex HMAC-SHA256>`. */
export function verifyWebhook(delivery: RawDelivery, secret: string): WebhookVerdict {
  const header = delivery.headers["x-bank-signature"] ?? "";
  const [, seconds = "", signature = ""] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (signature === "") return { kind: "refused", reason: "forged" };
  const expected = createHmac("sha256", secret)
    .update(`${seconds}.`)
    .update(delivery.body)
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) {
    return { kind: "refused", reason: "forged" };
  }
  const age = delivery.receivedAt.getTime() / 1_000 - Number(seconds);
  if (Math.abs(age) > ageSecondsMax) return { kind: "refused", reason: "late" };
  const body = parse(delivery.body);
  if (body === null) return { kind: "refused", reason: "unreadable" };
  return {
    kind: "genuine",
    deliveryKey: text(body.id) ?? createHash("sha256").update(delivery.body).digest("hex"),
    keyLastsMs: null,
    externalId: text(body.access),
    what: text(body.event) ?? "?",
  };
}

export function translateWebhook({ body }: VerifiedDelivery): WebhookFact {
  const { event, access } = asObject(body);
  const externalId = text(access);
  const what = text(event) ?? "?";
  if (externalId === null) return { kind: "ignored", what };
  switch (what) {
    case "entries":
      return { kind: "transactions_available", externalId, changedFrom: null, goneExternalIds: [] };
    case "access_expired":
      return { kind: "failed", externalId, reason: failureOf("access_expired") };
    case "access_restored":
      return { kind: "repaired", externalId };
    case "access_revoked":
      return { kind: "revoked", externalId };
    default:
      return { kind: "ignored", what };
  }
}

function parse(body: Buffer): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}
