import { generateKeyPairSync } from "node:crypto";
import {
  saltEdgeSandboxCredentials,
  sandboxCallbackVersionPrefix,
} from "../../src/config/saltedge.ts";
import type { KeysOf, ProviderKeys } from "../provider-keys.ts";

/** One key pair signs our requests, another one Salt Edge's callbacks; each side knows the other's public half. */
export function saltEdgeKeys({ publicUrl, kept }: KeysOf): ProviderKeys {
  const { requests, callbacks } = JSON.parse(kept("saltedge-keys", makePairs)) as Pairs;
  const version = `${sandboxCallbackVersionPrefix}1`;
  const { appId, secret } = saltEdgeSandboxCredentials;
  return {
    server: {
      SALTEDGE_APP_ID: appId,
      SALTEDGE_SECRET: secret,
      SALTEDGE_PRIVATE_KEY: requests.privateKey,
      SALTEDGE_CALLBACK_KEYS: `${version}:${Buffer.from(callbacks.publicKey).toString("base64")}`,
    },
    sandbox: {
      SANDBOX_SALTEDGE_APP_ID: appId,
      SANDBOX_SALTEDGE_SECRET: secret,
      SANDBOX_SALTEDGE_PUBLIC_KEY: requests.publicKey,
      SANDBOX_SALTEDGE_CALLBACK_URL: `${publicUrl}/webhooks/saltedge`,
      SANDBOX_SALTEDGE_CALLBACK_KEY: callbacks.privateKey,
      SANDBOX_SALTEDGE_CALLBACK_KEY_VERSION: version,
    },
  };
}

interface Pairs {
  readonly requests: Pair;
  readonly callbacks: Pair;
}

interface Pair {
  readonly publicKey: string;
  readonly privateKey: string;
}

function makePairs(): string {
  return JSON.stringify({ requests: makePair(), callbacks: makePair() } satisfies Pairs);
}

function makePair(): Pair {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}
