import { createHmac } from "node:crypto";
import type { BadWebhook } from "../wires/wire.ts";
import type { WebhookEndpoint } from "./facts.ts";
import { accountId, transactionId } from "./ids.ts";
import { idIndexOf, type TinkSandbox } from "./tink-sandbox.ts";
import { toAccount } from "./translate.ts";
import { sessionEnds, statusOf, type TinkCredentials } from "./users.ts";

export const webhookEvents = [
  "refresh:finished",
  "account-transactions:modified",
  "account-booked-transactions:modified",
  "account-transactions:deleted",
  "account:created",
  "account:updated",
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export function isWebhookEvent(name: string): name is WebhookEvent {
  return (webhookEvents as readonly string[]).includes(name);
}

/** Sends an event to every address that wants it; false when there is none. */
export function send(
  tink: TinkSandbox,
  one: TinkCredentials,
  event: WebhookEvent,
  content: object,
): boolean {
  const receivers = receiversOf(tink, event);
  const body = bodyOf(tink, one, event, content);
  const timeOf = tink.signTimes.next(body);
  for (const { url, secret } of receivers) {
    tink.sandbox.deliveries.send({
      wire: "tink",
      consentId: one.userId,
      url,
      code: event,
      body,
      sign: (sent) => signed(sent, secret, timeOf()),
    });
  }
  return receivers.length > 0;
}

export function receiversOf({ users }: TinkSandbox, event: WebhookEvent): WebhookEndpoint[] {
  return users.endpoints.filter((one) => !one.disabled && one.enabledEvents.includes(event));
}

/** The header that a receiver checks. @param t in seconds since 1970 */
export function signed(body: string, secret: string, t: number): Record<string, string> {
  const v1 = createHmac("sha256", secret).update(`${t}.${body}`, "utf8").digest("hex");
  return { "x-tink-signature": `t=${t},v1=${v1}` };
}

/** Sends one that a careful receiver refuses or ignores. @returns the receiver's status; 0: there is none */
export async function sendBad(
  tink: TinkSandbox,
  one: TinkCredentials,
  how: BadWebhook,
): Promise<number> {
  const [endpoint] = receiversOf(tink, "account-transactions:modified");
  if (endpoint === undefined) return 0;
  const { url, secret } = endpoint;
  const { deliveries } = tink.sandbox;
  const event = "account-transactions:modified";
  const body = bodyOf(tink, one, event, sampleContent(tink, one, event));
  const now = Math.floor(Date.now() / 1_000);
  const post = async (sent: string, headers: Record<string, string>) =>
    (await deliveries.sendRaw(url, sent, headers)) ?? 0;
  switch (how) {
    case "forged":
      return post(body, signed(body, "a stranger's secret", now));
    case "altered":
      return post(body.replace("{", '{"tampered":true,'), signed(body, secret, now));
    case "late":
      return post(body, signed(body, secret, now - 10 * 60));
    case "unsigned":
      return post(body, {});
    case "replayed": {
      const last = deliveries.lastDelivered(url);
      if (last !== undefined) return post(last.body, last.headers ?? {});
      const headers = signed(body, secret, now);
      await post(body, headers);
      return post(body, headers);
    }
  }
}

function bodyOf(
  { users }: TinkSandbox,
  { userId }: TinkCredentials,
  event: WebhookEvent,
  content: object,
): string {
  const { externalUserId } = users.user(userId);
  return JSON.stringify({ context: { userId, externalUserId }, content, event });
}

/** What `refresh:finished` says of a sign-in as it stands. */
export function refreshContent(one: TinkCredentials, now: number): object {
  const { status, detailed } = statusOf(one, now);
  return {
    credentialsId: one.credentialsId,
    credentialsStatus: status,
    finished: now,
    source: "OPEN_BANKING",
    sessionExpiryDate: sessionEnds(one),
    ...(detailed !== undefined && { detailedError: detailed }),
  };
}

/** An event about a sign-in as things stand, for sending one by hand. */
export function sampleContent(
  tink: TinkSandbox,
  one: TinkCredentials,
  event: WebhookEvent,
): object {
  const { world } = tink.sandbox;
  const now = world.clock.now();
  if (event === "refresh:finished") return refreshContent(one, now);
  const [path = ""] = one.paths;
  if (event === "account:created" || event === "account:updated") {
    return toAccount(one, world.account(path), now);
  }
  const account = { id: accountId(one.credentialsId, path) };
  if (event === "account-transactions:deleted") {
    const ids = world.newest(path, 1).map(({ index }) => idOf(tink, one, index));
    return { account, transactions: { ids } };
  }
  const day = world.clock.today();
  return {
    account,
    transactions: {
      ...{ earliestModifiedBookedDate: day, latestModifiedBookedDate: day },
      ...{ inserted: 0, updated: 1, deleted: 0 },
    },
  };
}

export function idOf(tink: Pick<TinkSandbox, "sandbox">, one: TinkCredentials, index: number) {
  return transactionId(one.credentialsId, idIndexOf(tink, index));
}
