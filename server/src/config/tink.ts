/** Tink's settings: what they look like, what they become, and what is refused. */
import { z } from "zod";
import { webUrl } from "./fields.ts";

export type TinkConfig = {
  clientId: string;
  clientSecret: string;
  /** Where the API is. No trailing slash. */
  baseUrl: string;
  /** Where Tink Link is, which people see. No trailing slash. */
  linkUrl: string;
  /** ISO 3166-1 alpha-2, upper case; banks of these are offered. Never empty. */
  markets: string[];
  /** Every one of them may have signed a delivery: two while they are exchanged. Empty: none is believed. */
  webhookSecrets: string[];
  environment: "live" | "simulated";
};

const liveUrl = "https://api.tink.com";
const liveLinkUrl = "https://link.tink.com";
const marketsMax = 20;
const webhookSecretsMax = 4;
/** Where the simulated banks are. */
const sandboxMarkets = ["GB", "IE", "DE", "US"];

const markets = listOf("market", marketsMax).transform((list, context) => {
  const upper = list.map((market) => market.toUpperCase());
  if (!upper.every((market) => /^[A-Z]{2}$/.test(market))) {
    context.addIssue('must be two-letter countries such as "GB,SE"');
  }
  return upper;
});

export const tinkSettings = {
  TINK_CLIENT_ID: z.string().optional(),
  TINK_CLIENT_SECRET: z.string().optional(),
  TINK_URL: webUrl.optional(),
  TINK_LINK_URL: webUrl.optional(),
  TINK_MARKETS: markets.optional(),
  TINK_WEBHOOK_SECRETS: listOf("secret", webhookSecretsMax).default([]),
};

type Given = z.output<z.ZodObject<typeof tinkSettings>> & { SANDBOX_URL?: string | undefined };
/** What the demo signs on to the sandbox bank with. */
type Sandbox = { readonly clientId: string; readonly secret: string };

/** Null where Tink is not to be offered. */
export function tinkConfig(given: Given, demo: boolean, sandbox: Sandbox): TinkConfig | null {
  const { TINK_CLIENT_ID: clientId, TINK_CLIENT_SECRET: clientSecret } = given;
  if (clientId && clientSecret) {
    const baseUrl = given.TINK_URL ?? liveUrl;
    const linkUrl = given.TINK_LINK_URL ?? liveLinkUrl;
    return {
      ...{ clientId, clientSecret, baseUrl, linkUrl },
      markets: given.TINK_MARKETS ?? ["GB"],
      webhookSecrets: given.TINK_WEBHOOK_SECRETS,
      environment: demo && baseUrl !== liveUrl ? "simulated" : "live",
    };
  }
  if (!demo || !given.SANDBOX_URL) return null;
  return {
    clientId: sandbox.clientId,
    clientSecret: sandbox.secret,
    baseUrl: `${given.SANDBOX_URL}/tink`,
    linkUrl: `${given.SANDBOX_URL}/tink-link`,
    markets: sandboxMarkets,
    webhookSecrets: given.TINK_WEBHOOK_SECRETS,
    environment: "simulated",
  };
}

/** What is wrong however it is started. */
export function refuseTinkHalves(given: Given): string[] {
  const problems: string[] = [];
  if (given.TINK_CLIENT_ID && !given.TINK_CLIENT_SECRET) {
    problems.push("TINK_CLIENT_SECRET is missing: TINK_CLIENT_ID is set");
  }
  if (given.TINK_CLIENT_SECRET && !given.TINK_CLIENT_ID) {
    problems.push("TINK_CLIENT_ID is missing: TINK_CLIENT_SECRET is set");
  }
  return problems;
}

/** What belongs to the demo alone. */
export function refuseTinkOfDemo(given: Given, sandbox: Sandbox): string[] {
  const problems: string[] = [];
  if (given.TINK_CLIENT_ID === sandbox.clientId) {
    problems.push("TINK_CLIENT_ID is the sandbox bank's: give Tink's own");
  }
  if (given.TINK_CLIENT_SECRET === sandbox.secret) {
    problems.push("TINK_CLIENT_SECRET is the sandbox bank's: give Tink's own");
  }
  // The client's secret and people's browsers go there.
  for (const name of ["TINK_URL", "TINK_LINK_URL"] as const) {
    if (given[name]?.startsWith("http:")) problems.push(`${name} must begin with https://`);
  }
  if (given.TINK_WEBHOOK_SECRETS.some((secret) => secret.startsWith(demoWebhookSecretPrefix))) {
    problems.push("TINK_WEBHOOK_SECRETS holds the demo's: register with `pnpm tink:webhook`");
  }
  return problems;
}

/** The webhook secrets that the demo makes begin with this. */
export const demoWebhookSecretPrefix = "demo-";

function listOf(what: string, countMax: number) {
  const message = `must be a comma-separated list of at most ${countMax}, without an empty ${what}`;
  return z
    .string()
    .transform((text) => text.split(",").map((entry) => entry.trim()))
    .refine((list) => list.length <= countMax && list.every((entry) => entry !== ""), message);
}
