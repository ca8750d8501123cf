/**
 * Every setting of Tieout, read in one place. Nothing else under server/src looks at process.env.
 *
 * Two kinds of start exist. The demo (no DATABASE_URL, or TIEOUT_DEMO=true) may use generated keys
 * and the sandbox bank; an installation (DATABASE_URL without TIEOUT_DEMO) holds real money data,
 * so anything that belongs to the demo is refused there rather than silently accepted.
 */
import path from "node:path";
import { z } from "zod";
import {
  type AccountingFilesConfig,
  accountingFilesConfig,
  accountingFilesSettings,
} from "./config/accounting-files.ts";
import {
  type CodatConfig,
  codatConfig,
  codatSettings,
  refuseCodatHalves,
  refuseCodatOfDemo,
} from "./config/codat.ts";
import { type ConnectorsConfig, connectorSettings, connectorsConfig } from "./config/connectors.ts";
import { schemeOf, webUrl, webUrlAsGiven } from "./config/fields.ts";
import { plaidCountries } from "./config/plaid-countries.ts";
import {
  type PontoConfig,
  pontoConfig,
  pontoSettings,
  refusePontoOfDemo,
  refusePontoParts,
} from "./config/ponto.ts";
import {
  refuseSaltEdgeInInstallation,
  refuseSaltEdgeParts,
  type SaltEdgeConfig,
  saltEdgeConfig,
  saltEdgeSettings,
} from "./config/saltedge.ts";
import {
  refuseTinkHalves,
  refuseTinkOfDemo,
  type TinkConfig,
  tinkConfig,
  tinkSettings,
} from "./config/tink.ts";

/** What the demo signs on to the sandbox bank with. Public knowledge, so an installation refuses it. */
export const sandboxCredentials = {
  clientId: "sandbox-client",
  secret: "sandbox-secret",
} as const;

/** The ids of token keys that the demo makes begin with this; an installation refuses them. */
export const demoTokenKeyPrefix = "demo";

export type TokenKey = {
  /** Stored beside each encrypted value, so that keys can rotate. */
  id: string;
  /** 32 bytes, for AES-256-GCM. */
  key: Buffer;
};

export type PlaidConfig = {
  clientId: string;
  secret: string;
  /** Where the Plaid API is: Plaid's own host, or the sandbox bank's. No trailing slash. */
  baseUrl: string;
  environment: "sandbox" | "production" | "simulated";
  /** ISO 3166-1 alpha-2; left out: those of the simulated banks. */
  countries?: readonly string[];
};

export type OidcConfig = { issuer: string; audience: string; jwksUrl: string | null };

export type Config = {
  kind: "demo" | "installation";
  /** True under `pnpm dev`: errors are shown unmasked. */
  development: boolean;
  host: string;
  port: number;
  /** The address that browsers and providers use; no trailing slash. */
  publicUrl: string;
  /** Whether session cookies carry Secure; follows from the scheme of publicUrl. */
  secureCookies: boolean;
  /** How many reverse proxies in front are trusted to name the client's address. 0: none. */
  trustedProxies: number;
  /** The restricted role's address; null before the launcher has started the demo's database. */
  databaseUrl: string | null;
  /** The owner's address, for migrations only. */
  databaseOwnerUrl: string | null;
  poolSizeMax: number;
  dataFolder: string;
  /** The first one encrypts; the others still decrypt. Empty before the launcher has made the demo's. */
  tokenKeys: TokenKey[];
  plaid: PlaidConfig | null;
  codat: CodatConfig | null;
  accountingFiles: AccountingFilesConfig;
  connectors: ConnectorsConfig;
  ponto: PontoConfig | null;
  saltedge: SaltEdgeConfig | null;
  tink: TinkConfig | null;
  /** Where the sandbox bank listens; null in an installation. */
  sandboxUrl: string | null;
  oidc: OidcConfig | null;
  logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  workerConcurrency: number;
  /** The most pages that one sync pulls from a provider before it ends and queues the next. */
  syncPagesMax: number;
  /** How long a subscriber may be away and still catch up without a refetch. */
  eventsRetentionHours: number;
  bodyBytesMax: number;
  sessionDays: number;
  /** What a program from elsewhere shows to read the figures; null: only programs on this machine may. */
  metricsToken: string | null;
};

/** A config that a server process can run on: database and keys are there. */
export type ServerConfig = Config & { databaseUrl: string };

/** One line for each bad setting, in `problems`; the message is those lines joined. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "CONFIG_INVALID";
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

type Environment = Record<string, string | undefined>;

const repositoryFolder = path.resolve(import.meta.dirname, "../..");

/**
 * Reads the settings from an environment. A setting that is blank counts as absent.
 * @throws ConfigError with one line for each setting that is wrong
 */
export function loadConfig(env: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const parsed = settings.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(describeIssue));
  const config = assemble(parsed.data, given);
  const problems = refuseHalves(parsed.data);
  if (config.kind === "installation") problems.push(...refuseInInstallation(parsed.data, config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/**
 * Like loadConfig, for a process that serves: the database and a token key must be there too.
 * @throws ConfigError
 */
export function loadServerConfig(env: Environment): ServerConfig {
  const config = loadConfig(env);
  const { databaseUrl } = config;
  const problems: string[] = [];
  if (config.tokenKeys.length === 0) problems.push(tokenKeysMissing);
  if (databaseUrl === null) {
    throw new ConfigError([
      "DATABASE_URL is missing: start with `pnpm start`, which brings a database of its own",
      ...problems,
    ]);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...config, databaseUrl };
}

const tokenKeysMissing =
  'TOKEN_KEYS is missing: give "<id>:<32 bytes in base64>", made with `openssl rand -base64 32`';

const postgresUrl = z
  .string()
  .refine(
    (text) => ["postgres:", "postgresql:"].includes(schemeOf(text)),
    "must look like postgres://user:password@host:5432/database",
  );

const flag = z.enum(["true", "false"], 'must be "true" or "false"').transform((t) => t === "true");

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

const tokenKeys = z.string().transform((text, context): TokenKey[] => {
  const keys = text.split(",").map((entry) => {
    const at = entry.indexOf(":");
    const encoded = entry.slice(at + 1).trim();
    return { id: entry.slice(0, Math.max(at, 0)).trim(), key: Buffer.from(encoded, "base64") };
  });
  // The key itself must never be echoed: this line ends up in logs.
  for (const [index, { id, key }] of keys.entries()) {
    const which = `entry ${index + 1}`;
    if (!/^[\w.-]{1,32}$/.test(id)) {
      context.addIssue(
        `${which} must be "<id>:<base64>", the id of letters, digits, ".", "-", "_"`,
      );
    } else if (key.length !== 32) {
      context.addIssue(`${which} ("${id}") must be 32 bytes in base64, not ${key.length}`);
    }
  }
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    context.addIssue("names one id twice");
  }
  return keys;
});

const settings = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().default("127.0.0.1"),
  PORT: wholeNumber(1, 65_535).default(4400),
  PUBLIC_URL: webUrl.optional(),
  TRUST_PROXY: wholeNumber(0, 10).default(0),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_OWNER_URL: postgresUrl.optional(),
  POOL_SIZE: wholeNumber(2, 500).default(32),
  TIEOUT_DATA_DIR: z.string().optional(),
  TIEOUT_DEMO: flag.optional(),
  TIEOUT_ALLOW_HTTP: flag.default(false),
  TOKEN_KEYS: tokenKeys.default([]),
  PLAID_CLIENT_ID: z.string().optional(),
  PLAID_SECRET: z.string().optional(),
  PLAID_COUNTRIES: plaidCountries.optional(),
  PLAID_ENV: z
    .union([z.enum(["sandbox", "production"]), webUrl], 'must be "sandbox" or "production"')
    .optional(),
  ...codatSettings,
  ...accountingFilesSettings,
  ...pontoSettings,
  ...saltEdgeSettings,
  ...tinkSettings,
  ...connectorSettings,
  SANDBOX_URL: webUrl.optional(),
  // As given: the token's `iss` is compared with it, and some issuers end in a slash.
  OIDC_ISSUER: webUrlAsGiven.optional(),
  OIDC_AUDIENCE: z.string().optional(),
  OIDC_JWKS_URL: webUrl.optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  WORKER_CONCURRENCY: wholeNumber(1, 200).default(32),
  SYNC_PAGES_MAX: wholeNumber(1, 10_000).default(400),
  EVENTS_RETENTION_HOURS: wholeNumber(1, 720).default(72),
  MAX_BODY_BYTES: wholeNumber(1024, 1_073_741_824).default(1_048_576),
  SESSION_DAYS: wholeNumber(1, 365).default(30),
  METRICS_TOKEN: z.string().min(16, "must have 16 characters or more").optional(),
});

type Settings = z.output<typeof settings>;

function describeIssue(issue: z.core.$ZodIssue): string {
  const options = issue.code === "invalid_value" && `must be one of ${issue.values.join(", ")}`;
  const given = issue.message.startsWith("Invalid") && options ? options : issue.message;
  return `${String(issue.path[0])} ${given}`;
}

function assemble(given: Settings, env: Environment): Config {
  const demo = given.TIEOUT_DEMO ?? given.DATABASE_URL === undefined;
  const publicUrl = given.PUBLIC_URL ?? `http://localhost:${given.PORT}`;
  const dataFolder = path.resolve(repositoryFolder, given.TIEOUT_DATA_DIR ?? ".tieout");
  return {
    kind: demo ? "demo" : "installation",
    development: given.NODE_ENV === "development",
    host: given.HOST,
    port: given.PORT,
    publicUrl,
    secureCookies: publicUrl.startsWith("https:"),
    trustedProxies: given.TRUST_PROXY,
    databaseUrl: given.DATABASE_URL ?? null,
    databaseOwnerUrl: given.DATABASE_OWNER_URL ?? null,
    poolSizeMax: given.POOL_SIZE,
    dataFolder,
    tokenKeys: given.TOKEN_KEYS,
    plaid: plaidConfig(given, demo),
    codat: codatConfig(given, demo),
    accountingFiles: accountingFilesConfig(given, { demo, dataFolder }),
    connectors: connectorsConfig(given, env),
    ponto: pontoConfig(given, demo),
    saltedge: saltEdgeConfig(given, { publicUrl, demo, sandboxUrl: given.SANDBOX_URL }),
    tink: tinkConfig(given, demo, sandboxCredentials),
    sandboxUrl: given.SANDBOX_URL ?? null,
    oidc: oidcConfig(given),
    logLevel: given.LOG_LEVEL,
    workerConcurrency: given.WORKER_CONCURRENCY,
    syncPagesMax: given.SYNC_PAGES_MAX,
    eventsRetentionHours: given.EVENTS_RETENTION_HOURS,
    bodyBytesMax: given.MAX_BODY_BYTES,
    sessionDays: given.SESSION_DAYS,
    metricsToken: given.METRICS_TOKEN ?? null,
  };
}

function plaidConfig(given: Settings, demo: boolean): PlaidConfig | null {
  const { PLAID_CLIENT_ID: clientId, PLAID_SECRET: secret, PLAID_ENV: environment } = given;
  const countries = given.PLAID_COUNTRIES;
  if (clientId && secret) {
    const own = { clientId, secret, ...(countries && { countries }) };
    if (environment === "sandbox" || environment === "production") {
      return { ...own, environment, baseUrl: `https://${environment}.plaid.com` };
    }
    const baseUrl = environment ?? "https://sandbox.plaid.com";
    return { ...own, environment: environment ? "simulated" : "sandbox", baseUrl };
  }
  if (!demo || !given.SANDBOX_URL) return null;
  return { ...sandboxCredentials, baseUrl: given.SANDBOX_URL, environment: "simulated" };
}

function oidcConfig(given: Settings): OidcConfig | null {
  if (!given.OIDC_ISSUER || !given.OIDC_AUDIENCE) return null;
  return {
    issuer: given.OIDC_ISSUER,
    audience: given.OIDC_AUDIENCE,
    jwksUrl: given.OIDC_JWKS_URL ?? null,
  };
}

/** What is wrong however it is started: halves of pairs. */
function refuseHalves(given: Settings): string[] {
  const problems: string[] = [];
  if (given.PLAID_CLIENT_ID && !given.PLAID_SECRET) {
    problems.push("PLAID_SECRET is missing: PLAID_CLIENT_ID is set");
  }
  if (given.PLAID_SECRET && !given.PLAID_CLIENT_ID) {
    problems.push("PLAID_CLIENT_ID is missing: PLAID_SECRET is set");
  }
  problems.push(...refuseCodatHalves(given));
  problems.push(...refusePontoParts(given));
  problems.push(...refuseSaltEdgeParts(given));
  problems.push(...refuseTinkHalves(given));
  if (given.OIDC_ISSUER && !given.OIDC_AUDIENCE) {
    problems.push("OIDC_AUDIENCE is missing: without it a token made for another program would do");
  }
  return problems;
}

function refuseInInstallation(given: Settings, config: Config): string[] {
  const problems: string[] = [];
  if (!given.DATABASE_URL) {
    problems.push("DATABASE_URL is missing: TIEOUT_DEMO=false needs a PostgreSQL of your own");
  }
  if (config.tokenKeys.length === 0) problems.push(tokenKeysMissing);
  for (const { id, key } of config.tokenKeys) {
    if (id.startsWith(demoTokenKeyPrefix)) {
      problems.push(`TOKEN_KEYS holds the demo's key "${id}": make one of your own`);
    } else if (new Set(key).size < 8) {
      problems.push(`TOKEN_KEYS holds a key that is not random ("${id}")`);
    }
  }
  problems.push(...refusePublicUrl(given));
  if (given.PLAID_CLIENT_ID === sandboxCredentials.clientId) {
    problems.push("PLAID_CLIENT_ID is the sandbox bank's: give Plaid's own");
  }
  if (given.PLAID_SECRET === sandboxCredentials.secret) {
    problems.push("PLAID_SECRET is the sandbox bank's: give Plaid's own");
  }
  if (config.plaid?.environment === "simulated") {
    problems.push('PLAID_ENV must be "sandbox" or "production": other addresses are for the demo');
  }
  problems.push(...refuseCodatOfDemo(given));
  problems.push(...refusePontoOfDemo(given));
  problems.push(...refuseSaltEdgeInInstallation(given));
  problems.push(...refuseTinkOfDemo(given, sandboxCredentials));
  if (given.SANDBOX_URL) problems.push("SANDBOX_URL is for the demo: set TIEOUT_DEMO=true as well");
  return problems;
}

/** Session cookies and bank consents travel over this address, so plain HTTP needs a reason. */
function refusePublicUrl(given: Settings): string[] {
  if (!given.PUBLIC_URL) {
    return ["PUBLIC_URL is missing: give the https address that people and providers use"];
  }
  const url = new URL(given.PUBLIC_URL);
  if (url.protocol === "https:") return [];
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (!local) return ["PUBLIC_URL must begin with https://"];
  if (given.TIEOUT_ALLOW_HTTP) return [];
  return [
    "PUBLIC_URL must begin with https:// (to try it on this machine: TIEOUT_ALLOW_HTTP=true)",
  ];
}
