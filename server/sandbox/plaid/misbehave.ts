import { randomUUID } from "node:crypto";
import { generateKeyPair } from "jose";
import type { Deliveries } from "../webhooks/deliver.ts";
import type { Keys } from "./keys.ts";
import { signBody } from "./sign.ts";

export const misbehaviours = [
  "forged",
  "unknown_key",
  "altered",
  "late",
  "replayed",
  "unsigned",
  "unprotected",
] as const;
export type Misbehaviour = (typeof misbehaviours)[number];

/**
 * Sends a webhook that a careful receiver refuses or ignores: signed by a stranger under our key's id or
 * under one nobody knows, with another body than was signed, ten minutes old, sent twice, without a
 * signature, or with `alg: none`. Answers the receiver's status.
 */
export async function sendBadWebhook(
  how: Misbehaviour,
  of: { url: string; payload: object; keys: Keys; deliveries: Deliveries },
): Promise<{ status: number | null }> {
  const { url, keys, deliveries } = of;
  const body = JSON.stringify(of.payload);
  const key = await keys.current();
  const now = Date.now();
  const post = async (sent: string, signature: string | null) => ({
    status: await deliveries.sendRaw(
      url,
      sent,
      signature === null ? {} : { "plaid-verification": signature },
    ),
  });
  switch (how) {
    case "forged": {
      const { privateKey } = await generateKeyPair("ES256");
      return post(body, await signBody(body, { kid: key.kid, privateKey, issuedAt: now }));
    }
    case "unknown_key": {
      const { privateKey } = await generateKeyPair("ES256");
      return post(body, await signBody(body, { kid: randomUUID(), privateKey, issuedAt: now }));
    }
    case "altered":
      return post(
        body.replace("{", '{"tampered":true,'),
        await signBody(body, { ...key, issuedAt: now }),
      );
    case "late":
      return post(body, await signBody(body, { ...key, issuedAt: now - 10 * 60_000 }));
    case "replayed": {
      const last = deliveries.lastDelivered(url);
      if (last !== undefined) return post(last.body, last.headers?.["plaid-verification"] ?? null);
      const signature = await signBody(body, { ...key, issuedAt: now });
      await post(body, signature);
      return post(body, signature);
    }
    case "unsigned":
      return post(body, null);
    case "unprotected": {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const claims = { iat: Math.floor(now / 1000), request_body_sha256: "0".repeat(64) };
      return post(body, `${part({ alg: "none", kid: key.kid })}.${part(claims)}.`);
    }
  }
}
