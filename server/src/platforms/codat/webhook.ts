import { createHmac, timingSafeEqual } from "node:crypto";
import { wireId, wireList, wireObject, wireText } from "../../core/wire-values.ts";
import type { PlatformDelivery, PlatformFact, PlatformVerdict } from "../platform.ts";

const ageSecondsMax = 5 * 60;
const headerCharactersMax = 4_096;
const signaturesMax = 10;

/**
 * Codat's webhooks are signed as Svix signs: HMAC-SHA256 over id, time and raw body. The signature is checked first, so
 * that `late` is only ever said of what Codat itself has signed; an altered body cannot be told from a forged one.
 * Source: Svix's documentation, "Verifying webhooks manually".
 * @param secrets all that may sign just now
 */
export function verifyWebhook(
  { headers, body, receivedAt }: PlatformDelivery,
  secrets: readonly string[],
): PlatformVerdict {
  const headerOf = (name: string) => headers[`webhook-${name}`] ?? headers[`svix-${name}`];
  const [id, time, given] = [headerOf("id"), headerOf("timestamp"), headerOf("signature")];
  const readable =
    /^[\w.-]{1,200}$/.test(id ?? "") &&
    /^\d{1,12}$/.test(time ?? "") &&
    (given ?? "").length <= headerCharactersMax;
  if (!readable || id === undefined || time === undefined || given === undefined) {
    return { kind: "refused", reason: "forged" };
  }
  const signed = Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
  const signatures = signaturesIn(given);
  if (!secrets.some((secret) => isSignedWith(secret, signed, signatures))) {
    return { kind: "refused", reason: "forged" };
  }
  const age = receivedAt.getTime() / 1_000 - Number(time);
  if (Math.abs(age) > ageSecondsMax) return { kind: "refused", reason: "late" };
  const envelope = parseObject(body);
  if (envelope === null) return { kind: "refused", reason: "unreadable" };
  return {
    kind: "genuine",
    // The same through all attempts of one message, each of which is signed anew.
    deliveryKey: id,
    companyExternalId: companyOf(envelope),
    what: eventOf(envelope),
  };
}

/** A verified delivery as a fact. What it says beyond that something happened is asked for again. */
export function translateWebhook(body: unknown): PlatformFact {
  const envelope = wireObject(body);
  const payload = wireObject(envelope.payload);
  const what = eventOf(envelope);
  if (/^\w+\.write\.(?:un)?successful$/.test(what)) {
    const externalKey = wireId(payload.id);
    return externalKey === null ? { kind: "ignored", what } : { kind: "push_ended", externalKey };
  }
  if (what.startsWith("connection.")) return { kind: "link_changed" };
  if (what.startsWith("bankFeeds.sourceAccount.")) {
    return { kind: "feed_changed", feedExternalId: wireId(wireObject(payload.sourceAccount).id) };
  }
  if (what.startsWith("read.completed")) {
    // Reading asks for a fetch, whose end is told too: without this, each pull would bring about the next one.
    const types = wireList(payload.dataTypes)
      .map((each) => wireObject(each))
      .filter(({ recordsModified }) => recordsModified !== false)
      .map(({ dataType }) => dataType);
    const documents = types.some((type) => type === "invoices" || type === "bills");
    return documents ? { kind: "documents_changed" } : { kind: "ignored", what };
  }
  return { kind: "ignored", what };
}

function eventOf(envelope: Readonly<Record<string, unknown>>): string {
  return wireText(envelope.eventType)?.slice(0, 100) ?? "?";
}

function companyOf(envelope: Readonly<Record<string, unknown>>): string | null {
  const payload = wireObject(envelope.payload);
  const named = wireId(wireObject(payload.referenceCompany).id) ?? wireId(payload.companyId);
  // Of `company.created` and `company.deleted` the payload is the company itself.
  return named ?? (eventOf(envelope).startsWith("company.") ? wireId(payload.id) : null);
}

/** "v1,<base64> v1,<base64>"; other versions say nothing (yet). */
function signaturesIn(header: string): Buffer[] {
  return header
    .split(" ")
    .slice(0, signaturesMax)
    .flatMap((entry) => {
      const [, encoded] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(entry) ?? [];
      return encoded === undefined ? [] : [Buffer.from(encoded, "base64")];
    });
}

function isSignedWith(secret: string, signed: Buffer, signatures: readonly Buffer[]): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(signed).digest();
  return signatures.some((given) => timingSafeEqual(given, expected));
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return isObject ? wireObject(parsed) : null;
  } catch {
    return null;
  }
}
