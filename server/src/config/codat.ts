/** Codat's settings: what they look like, what they become, and what is refused. */
import { z } from "zod";
import { webUrl } from "./fields.ts";

/** What the demo signs on to the sandbox's Codat with. Public knowledge, so an installation refuses it. */
export const codatSandboxApiKey = "sandbox-codat-key";

export type CodatConfig = {
  apiKey: string;
  /** Where the API is. No trailing slash. */
  baseUrl: string;
  /** "whsec_" and base64. Any of them may have signed a delivery: two while they are exchanged. Empty: none is believed. */
  webhookSecrets: string[];
  environment: "live" | "simulated";
};

const liveUrl = "https://api.codat.io";
const secretsMax = 4;

const webhookSecrets = z
  .string()
  .transform((text) => text.split(",").map((entry) => entry.trim()))
  .refine(
    (list) => list.length <= secretsMax && list.every(isWebhookSecret),
    `must be a comma-separated list of at most ${secretsMax}, each "whsec_" and base64`,
  );

export const codatSettings = {
  CODAT_API_KEY: z.string().optional(),
  CODAT_URL: webUrl.optional(),
  CODAT_WEBHOOK_SECRETS: webhookSecrets.default([]),
};

type Given = z.output<z.ZodObject<typeof codatSettings>> & { SANDBOX_URL?: string | undefined };

/** Null where Codat is not to be offered. */
export function codatConfig(given: Given, demo: boolean): CodatConfig | null {
  const { CODAT_API_KEY: apiKey, CODAT_WEBHOOK_SECRETS: secrets } = given;
  if (apiKey) {
    const baseUrl = given.CODAT_URL ?? liveUrl;
    const environment = demo && baseUrl !== liveUrl ? "simulated" : "live";
    return { apiKey, baseUrl, webhookSecrets: secrets, environment };
  }
  if (!demo || !given.SANDBOX_URL) return null;
  return {
    apiKey: codatSandboxApiKey,
    baseUrl: `${given.SANDBOX_URL}/codat`,
    webhookSecrets: secrets,
    environment: "simulated",
  };
}

/** What is wrong however it is started. In the demo the secrets alone are right: the launcher makes them. */
export function refuseCodatHalves(given: Given): string[] {
  return given.CODAT_URL && !given.CODAT_API_KEY
    ? ["CODAT_API_KEY is missing: CODAT_URL is set"]
    : [];
}

/** What belongs to the demo alone. */
export function refuseCodatOfDemo(given: Given): string[] {
  const problems: string[] = [];
  if (given.CODAT_API_KEY === codatSandboxApiKey) {
    problems.push("CODAT_API_KEY is the sandbox's: give Codat's own");
  }
  // The key goes there.
  if (given.CODAT_URL?.startsWith("http:")) problems.push("CODAT_URL must begin with https://");
  if (given.CODAT_WEBHOOK_SECRETS.some(isDemoSecret)) {
    problems.push("CODAT_WEBHOOK_SECRETS holds the demo's: give those of Codat's portal");
  }
  if (given.CODAT_WEBHOOK_SECRETS.length > 0 && !given.CODAT_API_KEY) {
    problems.push("CODAT_API_KEY is missing: CODAT_WEBHOOK_SECRETS is set");
  }
  return problems;
}

/** The bytes of a secret that the demo makes begin with this. */
export const demoCodatSecretPrefix = "demo-";

function isDemoSecret(secret: string): boolean {
  const text = Buffer.from(secret.slice("whsec_".length), "base64").toString("latin1");
  return text.startsWith(demoCodatSecretPrefix) || text.startsWith("sandbox-");
}

function isWebhookSecret(text: string): boolean {
  return /^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(text);
}
