import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Sandbox } from "../sandbox.ts";
import type { BadWebhook } from "../wires/wire.ts";
import type { Connection } from "./connections.ts";

/** The callbacks that a connection can send: the registered address below which, and what the body says. */
export const callbackNames = [
  "success connect",
  "success fetch_recent",
  "success finish",
  "fail InvalidCredentials",
  "fail AispConsentExpired",
  "fail AispConsentRevoked",
  "fail ProviderUnavailable",
  "notify fetch_recent",
  "destroy",
] as const;
export type CallbackName = (typeof callbackNames)[number];

export function isCallbackName(name: string): name is CallbackName {
  return callbackNames.some((known) => known === name);
}

/** Sends a callback; false when none are registered. */
export function sendCallback(
  sandbox: Sandbox,
  connection: Connection,
  name: CallbackName,
): boolean {
  const callback = draft(sandbox, connection, name);
  if (callback === null) return false;
  sandbox.deliveries.send({
    ...{ wire: "saltedge", consentId: connection.connectionId, code: name },
    ...{ url: callback.url, body: callback.body },
    sign: (body) => headersOf(sandbox, callback.url, body),
  });
  return true;
}

/**
 * Sends one that a careful receiver refuses or ignores. A late one cannot be told from another: nothing of its time is
 * signed but what the body says. @returns the receiver's HTTP status; 0 without an answer
 */
export async function sendBadCallback(
  sandbox: Sandbox,
  connection: Connection,
  how: BadWebhook,
): Promise<number> {
  const callback = draft(sandbox, connection, "success finish", how === "late" ? 10 * 60_000 : 0);
  if (callback === null) return 0;
  const { url, body } = callback;
  const post = async (sent: string, headers: Record<string, string>) =>
    (await sandbox.deliveries.sendRaw(url, sent, headers)) ?? 0;
  const signed = headersOf(sandbox, url, body);
  switch (how) {
    case "forged": {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      return post(body, headersOf(sandbox, url, body, privateKey));
    }
    case "altered":
      return post(body.replace("{", '{"tampered":true,'), signed);
    case "late":
      return post(body, signed);
    case "replayed": {
      const last = sandbox.deliveries.lastDelivered(url);
      if (last !== undefined) return post(last.body, last.headers ?? {});
      await post(body, signed);
      return post(body, signed);
    }
    case "unsigned":
      return post(body, {});
  }
}

function draft(
  sandbox: Sandbox,
  connection: Connection,
  name: CallbackName,
  ageMs = 0,
): { url: string; body: string } | null {
  const { saltedgeCallbackUrl, saltedgeCallbackKey } = sandbox.settings;
  if (saltedgeCallbackUrl === undefined || saltedgeCallbackKey === undefined) return null;
  const [path, detail] = name.split(" ");
  const { connectionId: connection_id, customerId: customer_id } = connection;
  const said =
    path === "fail"
      ? { error_class: detail, error_message: `simulated: ${detail}` }
      : detail === undefined
        ? {}
        : { stage: detail };
  const time = new Date(sandbox.world.clock.now() - ageMs).toISOString();
  const data = { connection_id, customer_id, custom_fields: {}, ...said };
  const body = JSON.stringify({ data, meta: { version: "6", time } });
  return { url: `${saltedgeCallbackUrl}/${path}`, body };
}

/** RSA-SHA256 over the registered address and the body. */
function headersOf(
  { settings }: Sandbox,
  url: string,
  body: string,
  key: KeyObject = createPrivateKey(settings.saltedgeCallbackKey ?? ""),
): Record<string, string> {
  return {
    signature: sign("RSA-SHA256", Buffer.from(`${url}|${body}`), key).toString("base64"),
    "signature-key-version": settings.saltedgeCallbackKeyVersion,
  };
}
