import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type LocalDate, parseLocalDate } from "../../core/dates.ts";
import { wireId, wireList, wireObject, wireText } from "../../core/wire-values.ts";
import type { RawDelivery, VerifiedDelivery, WebhookFact, WebhookVerdict } from "../provider.ts";
import { isKnownStatus, reasonOfStatus } from "./failures.ts";

const ageSecondsMax = 5 * 60;
/** Two clocks are never quite the same; anything later was not signed yet. */
const skewSeconds = 30;
const headerCharactersMax = 2_048;
const signaturesMax = 8;
/** Longer than a delivery can be replayed, which its own time ends. */
const keyLastsMs = 10 * 60_000;
const goneIdsMax = 5_000;

/**
 * Tink's verification: HMAC-SHA256 over the time and the raw body. The signature is checked first, so that `late` is
 * only ever said of what Tink itself has signed. An altered body cannot be told from a forged one.
 * Source: Tink's documentation, "Webhooks: verify the signature".
 * @param secrets all that may sign just now
 */
export function verifyWebhook(delivery: RawDelivery, secrets: readonly string[]): WebhookVerdict {
  const header = readHeader(delivery.headers["x-tink-signature"]);
  if (header === null) return { kind: "refused", reason: "forged" };
  const signed = Buffer.concat([Buffer.from(`${header.time}.`), delivery.body]);
  const genuine = secrets.filter((secret) => signedWith(secret, signed, header.signatures));
  if (genuine.length === 0) return { kind: "refused", reason: "forged" };
  const age = delivery.receivedAt.getTime() / 1_000 - Number(header.time);
  if (age > ageSecondsMax || age < -skewSeconds) return { kind: "refused", reason: "late" };
  const body = parseObject(delivery.body);
  if (body === null) return { kind: "refused", reason: "unreadable" };
  return {
    kind: "genuine",
    // With the time in it: two changes of an account within minutes are told in the very same words, and both are
    // real. What comes again to the letter, signed time included, is the same.
    deliveryKey: createHash("sha256").update(signed).digest("hex"),
    keyLastsMs,
    externalId: userOf(body),
    what: wireText(body.event)?.slice(0, 100) ?? "?",
  };
}

/** A verified delivery in the engine's words. Kinds that mean nothing to it are `ignored`. */
export function translateWebhook(delivery: VerifiedDelivery): WebhookFact {
  const body = wireObject(delivery.body);
  const what = wireText(body.event)?.slice(0, 100) ?? "?";
  const externalId = userOf(body);
  if (externalId === null) return { kind: "ignored", what };
  const content = wireObject(body.content);
  const transactions = wireObject(content.transactions);
  switch (what) {
    case "refresh:finished": {
      const reason = reasonOfRefresh(content);
      if (reason !== null) return { kind: "failed", externalId, reason };
      return available(externalId, null, []);
    }
    case "account-transactions:modified":
    case "account-booked-transactions:modified":
      return available(externalId, dayOf(transactions.earliestModifiedBookedDate), []);
    case "account-transactions:deleted": {
      const ids = wireList(transactions.ids).slice(0, goneIdsMax).map(wireId);
      const gone = ids.filter((id) => id !== null);
      return available(externalId, null, gone);
    }
    // Tink names accounts only once it has them, the first ones too: nobody has to share them any more. As with
    // another name or balance, the sync that follows reads the accounts anew.
    case "account:created":
    case "account:updated":
      return available(externalId, null, []);
    default:
      return { kind: "ignored", what };
  }
}

/** A state that is not known says only that something happened: the sync that follows finds out what. */
function reasonOfRefresh({ credentialsStatus, detailedError }: Readonly<Record<string, unknown>>) {
  const status = wireText(credentialsStatus);
  if (status === null || !isKnownStatus(status)) return null;
  return reasonOfStatus(status, detailedError);
}

function available(
  externalId: string,
  changedFrom: LocalDate | null,
  goneExternalIds: readonly string[],
): WebhookFact {
  return { kind: "transactions_available", externalId, changedFrom, goneExternalIds };
}

function userOf(body: Readonly<Record<string, unknown>>): string | null {
  return wireId(wireObject(body.context).userId);
}

function dayOf(value: unknown): LocalDate | null {
  return typeof value === "string" ? parseLocalDate(value.slice(0, 10)) : null;
}

/** "t=1620198421,v1=3808bc…"; keys that are not known (yet) say nothing, and a key may stand there twice. */
function readHeader(header: string | undefined): { time: string; signatures: string[] } | null {
  if (header === undefined || header.length > headerCharactersMax) return null;
  const pairs = header.split(",").map((pair) => pair.trim().split("="));
  const valuesOf = (name: string) => pairs.flatMap(([key, value]) => (key === name ? [value] : []));
  const [time, another] = valuesOf("t");
  if (time === undefined || another !== undefined || !/^\d{1,12}$/.test(time)) return null;
  const signatures = valuesOf("v1").filter((value) => /^[0-9a-f]{64}$/i.test(value ?? ""));
  return { time, signatures: signatures.slice(0, signaturesMax).map(String) };
}

function signedWith(secret: string, signed: Buffer, signatures: readonly string[]): boolean {
  const expected = createHmac("sha256", secret).update(signed).digest();
  return signatures.some((given) => timingSafeEqual(Buffer.from(given, "hex"), expected));
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? wireObject(parsed) : null;
  } catch {
    return null;
  }
}
