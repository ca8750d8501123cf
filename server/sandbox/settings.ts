import { isDate } from "../../prisma/story/calendar.ts";
import { planOf } from "./codat/control-faults.ts";
import type { FaultPlan } from "./codat/faults.ts";
import { ControlProblem } from "./control/fields.ts";

/** The sandbox bank's settings; `main.ts` fills them from the environment, a test writes them down. */
export interface Settings {
  /** 0 takes any free port. */
  port: number;
  host: string;
  seed: string;
  /** ISO date that counts as today; undefined follows the clock. */
  today: string | undefined;
  /** How often a transaction arrives by itself; 0 is never. */
  paceSeconds: number;
  /** Where the world is kept between two starts; undefined forgets it. */
  stateFile: string | undefined;
  /** Fills every account up to this many transactions. */
  transactionsPerAccount: number | undefined;
  clientId: string;
  secret: string;
  /** What callers of the Salt Edge wire sign on with, and the PEM of the key that they sign with: without it, nobody may. */
  saltedgeAppId: string;
  saltedgeSecret: string;
  saltedgePublicKey: string | undefined;
  /** Where Salt Edge's callbacks go (a word is put below it), and the PEM of the key that signs them. */
  saltedgeCallbackUrl: string | undefined;
  saltedgeCallbackKey: string | undefined;
  saltedgeCallbackKeyVersion: string;
  /**
   * The folder with the certificates that Ponto's API is served with: without it, it is not. `ca.pem`, `server.pem`,
   * `server-key.pem`, and `signature-public.pem` where requests must be signed.
   */
  pontoKeysFolder: string | undefined;
  /** Where Ponto's API listens, which asks for a client certificate. 0 takes any free port. */
  pontoPort: number;
  /** Where Ponto's webhooks go. */
  pontoWebhookUrl: string | undefined;
  /** How long the bank takes for each of an item's first two deliveries of transactions. */
  readyDelayMs: number;
  /** Host names besides loopback that webhooks may be sent to. */
  webhookHosts: string[];
  /** The wait before a webhook's second attempt; each further wait is twice as long. */
  webhookRetryMs: number;
  /** Where Tink's webhooks go, with their secret, beside the addresses that are registered by its API. */
  tinkWebhookUrl: string | undefined;
  tinkWebhookSecret: string | undefined;
  /** Whether a row keeps at Tink the id that it had while it was pending. */
  tinkKeepsPendingIds: boolean;
  /** What callers of Codat's API sign on with. */
  codatApiKey: string;
  /** Where Codat's hosted pages lead back to, with placeholders in braces. */
  codatRedirectUrl: string | undefined;
  /** Where Codat's webhooks go beside the addresses that its API registers, and the secret that signs them: "whsec_" and base64. */
  codatWebhookUrl: string | undefined;
  codatWebhookSecret: string;
  /** Calls of Codat's API a day; undefined is a thousand, and as many for each company with something linked. */
  codatCallsPerDay: number | undefined;
  /** Failures of Codat's that are drawn by chance. */
  codatPlan: FaultPlan | undefined;
}

export const defaultSettings: Settings = {
  port: 4411,
  host: "127.0.0.1",
  seed: "tieout",
  today: undefined,
  paceSeconds: 45,
  stateFile: undefined,
  transactionsPerAccount: undefined,
  clientId: "sandbox-client",
  secret: "sandbox-secret",
  saltedgeAppId: "sandbox-app",
  saltedgeSecret: "sandbox-app-secret",
  saltedgePublicKey: undefined,
  saltedgeCallbackUrl: undefined,
  saltedgeCallbackKey: undefined,
  saltedgeCallbackKeyVersion: "sandbox-1",
  pontoKeysFolder: undefined,
  pontoPort: 0,
  pontoWebhookUrl: undefined,
  readyDelayMs: 700,
  webhookHosts: [],
  webhookRetryMs: 1_000,
  tinkWebhookUrl: undefined,
  tinkWebhookSecret: undefined,
  tinkKeepsPendingIds: false,
  codatApiKey: "sandbox-codat-key",
  codatRedirectUrl: undefined,
  codatWebhookUrl: undefined,
  codatWebhookSecret: `whsec_${Buffer.from("sandbox-codat-webhooks").toString("base64")}`,
  codatCallsPerDay: undefined,
  codatPlan: undefined,
};

/** A setting that cannot be used; the message is one line for the person who set it. */
export class BadSetting extends Error {
  readonly code = "BAD_SETTING";
}

const readers: Record<string, (value: string, name: string) => Partial<Settings>> = {
  SANDBOX_PORT: (value, name) => ({ port: wholeNumber(value, name, 65_535) }),
  SANDBOX_HOST: (value) => ({ host: value }),
  SANDBOX_SEED: (value) => ({ seed: value }),
  SANDBOX_TODAY: (value, name) => ({ today: date(value, name) }),
  SANDBOX_PACE_SECONDS: (value, name) => ({ paceSeconds: wholeNumber(value, name, 86_400) }),
  SANDBOX_STATE_FILE: (value) => ({ stateFile: value }),
  SANDBOX_TRANSACTIONS_PER_ACCOUNT: (value, name) => ({
    transactionsPerAccount: wholeNumber(value, name, 5_000_000),
  }),
  SANDBOX_CLIENT_ID: (value) => ({ clientId: value }),
  SANDBOX_SECRET: (value) => ({ secret: value }),
  SANDBOX_SALTEDGE_APP_ID: (value) => ({ saltedgeAppId: value }),
  SANDBOX_SALTEDGE_SECRET: (value) => ({ saltedgeSecret: value }),
  SANDBOX_SALTEDGE_PUBLIC_KEY: (value) => ({ saltedgePublicKey: value }),
  SANDBOX_SALTEDGE_CALLBACK_URL: (value) => ({ saltedgeCallbackUrl: value }),
  SANDBOX_SALTEDGE_CALLBACK_KEY: (value) => ({ saltedgeCallbackKey: value }),
  SANDBOX_SALTEDGE_CALLBACK_KEY_VERSION: (value) => ({ saltedgeCallbackKeyVersion: value }),
  SANDBOX_PONTO_KEYS: (value) => ({ pontoKeysFolder: value }),
  SANDBOX_PONTO_PORT: (value, name) => ({ pontoPort: wholeNumber(value, name, 65_535) }),
  SANDBOX_PONTO_WEBHOOK_URL: (value) => ({ pontoWebhookUrl: value }),
  SANDBOX_READY_DELAY_MS: (value, name) => ({ readyDelayMs: wholeNumber(value, name, 600_000) }),
  SANDBOX_WEBHOOK_HOSTS: (value) => ({
    webhookHosts: value.split(",").map((host) => host.trim()),
  }),
  SANDBOX_WEBHOOK_RETRY_MS: (value, name) => ({
    webhookRetryMs: wholeNumber(value, name, 600_000),
  }),
  SANDBOX_TINK_WEBHOOK_URL: (value) => ({ tinkWebhookUrl: value }),
  SANDBOX_TINK_WEBHOOK_SECRET: (value) => ({ tinkWebhookSecret: value }),
  SANDBOX_TINK_KEEPS_PENDING_IDS: (value) => ({ tinkKeepsPendingIds: value === "true" }),
  SANDBOX_CODAT_API_KEY: (value) => ({ codatApiKey: value }),
  SANDBOX_CODAT_REDIRECT_URL: (value) => ({ codatRedirectUrl: value }),
  SANDBOX_CODAT_WEBHOOK_URL: (value) => ({ codatWebhookUrl: value }),
  SANDBOX_CODAT_WEBHOOK_SECRET: (value) => ({ codatWebhookSecret: value }),
  SANDBOX_CODAT_CALLS_PER_DAY: (value, name) => ({
    codatCallsPerDay: wholeNumber(value, name, 100_000_000),
  }),
  SANDBOX_CODAT_PLAN: (value, name) => ({ codatPlan: faultPlan(value, name) }),
};

/** Reads the SANDBOX_ variables; an empty one counts as not set. Throws `BadSetting`. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const settings = { ...defaultSettings };
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("SANDBOX_") || value === undefined || value === "") continue;
    // The server's setting, which its environment may share with this process.
    if (name === "SANDBOX_URL") continue;
    const read = readers[name];
    if (read === undefined) throw new BadSetting(`unknown setting ${name}`);
    Object.assign(settings, read(value, name));
  }
  return settings;
}

function wholeNumber(value: string, name: string, max: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > max) {
    throw new BadSetting(`${name} must be a whole number from 0 to ${max}, not "${value}"`);
  }
  return number;
}

/** `{"seed":"7","rates":{"cut_after":0.05}}` */
function faultPlan(value: string, name: string): FaultPlan | undefined {
  try {
    return planOf(JSON.parse(value)) ?? undefined;
  } catch (error) {
    const why = error instanceof ControlProblem ? error.message : "it is not JSON";
    throw new BadSetting(`${name} cannot be read: ${why}`);
  }
}

function date(value: string, name: string): string {
  if (!isDate(value)) {
    throw new BadSetting(`${name} must be a date such as 2026-01-31, not "${value}"`);
  }
  return value;
}
