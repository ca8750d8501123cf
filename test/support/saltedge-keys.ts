/** The keys of both sides of Salt Edge's wire, made once for each test process. */
import { generateKeyPairSync } from "node:crypto";
import type { Settings } from "../../server/sandbox/settings.ts";
import {
  type SaltEdgeConfig,
  saltEdgeSandboxCredentials,
} from "../../server/src/config/saltedge.ts";

const requests = newKeys();
const callbacks = newKeys();
const version = "sandbox-test";

/** What the sandbox has to know of it. */
export const saltEdgeBankSettings: Partial<Settings> = {
  saltedgeAppId: saltEdgeSandboxCredentials.appId,
  saltedgeSecret: saltEdgeSandboxCredentials.secret,
  saltedgePublicKey: requests.publicKey,
  saltedgeCallbackKey: callbacks.privateKey,
  saltedgeCallbackKeyVersion: version,
};

/** The adapter's configuration for the sandbox bank at `url`. */
export function saltEdgeTestConfig(url: string, callbackUrl = `${url}/nowhere`): SaltEdgeConfig {
  return {
    ...saltEdgeSandboxCredentials,
    privateKey: requests.privateKey,
    callbackKeys: new Map([[version, callbacks.publicKey]]),
    baseUrl: `${url}/saltedge`,
    callbackUrl,
    countries: ["GB", "IE", "DE", "US"],
    environment: "simulated",
  };
}

function newKeys() {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}
