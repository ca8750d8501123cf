/** Salt Edge's settings: whose calls are signed with our key, and whose callbacks are checked against its own. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { webUrl } from "./fields.ts";

/** What the demo signs on to the sandbox bank with. Public knowledge, so an installation refuses it. */
export const saltEdgeSandboxCredentials = {
  appId: "sandbox-app",
  secret: "sandbox-app-secret",
} as const;

/** Versions of callback keys that the demo makes begin with this; an installation refuses them. */
export const sandboxCallbackVersionPrefix = "sandbox-";

export type SaltEdgeConfig = {
  appId: string;
  secret: string;
  /** PEM of the RSA key that signs our requests. */
  privateKey: string;
  /** PEM of the keys that sign callbacks, by the version that a callback names. */
  callbackKeys: ReadonlyMap<string, string>;
  /** Where the API is, without "/api/v6" and without a slash at the end. */
  baseUrl: string;
  /** The address below which the four callbacks are registered; their signatures are over it. */
  callbackUrl: string;
  /** ISO 3166-1 alpha-2 */
  countries: readonly string[];
  environment: "live" | "simulated";
};

const baseUrlDefault = "https://www.saltedge.com";
const countriesDefault = ["GB", "IE", "DE", "FR", "ES", "IT", "NL", "BE", "PT", "AT"];
const sandboxCountries = ["GB", "IE", "DE", "US"];

const privateKey = z.string().transform((given, context): string => {
  const pem = pemOf(given);
  if (pem === null) {
    context.addIssue("names a file that cannot be read: give a PEM, or the path of one");
    return "";
  }
  // The key itself must never be echoed: this line ends up in logs.
  if (!isRsa(() => createPrivateKey(pem))) context.addIssue("must be an RSA private key in PEM");
  return pem;
});

const callbackKeys = z.string().transform((given, context): ReadonlyMap<string, string> => {
  const ring = new Map<string, string>();
  for (const [index, entry] of given.split(",").entries()) {
    const at = entry.indexOf(":");
    const version = entry.slice(0, Math.max(at, 0)).trim();
    const pem = Buffer.from(entry.slice(at + 1).trim(), "base64").toString("utf8");
    if (!/^[\w.-]{1,32}$/.test(version) || !isRsa(() => createPublicKey(pem))) {
      context.addIssue(
        `entry ${index + 1} must be "<version>:<base64 of an RSA public key in PEM>"`,
      );
    } else if (ring.has(version)) {
      context.addIssue(`names version ${version} twice`);
    }
    ring.set(version, pem);
  }
  return ring;
});

const countries = z
  .string()
  .transform((given) => given.split(",").map((code) => code.trim().toUpperCase()))
  .refine(
    (codes) => codes.every((code) => /^[A-Z]{2}$/.test(code)),
    'must be country codes such as "GB,IE"',
  );

/** As they stand in the environment. */
export const saltEdgeSettings = {
  SALTEDGE_APP_ID: z.string().optional(),
  SALTEDGE_SECRET: z.string().optional(),
  SALTEDGE_PRIVATE_KEY: privateKey.optional(),
  SALTEDGE_CALLBACK_KEYS: callbackKeys.optional(),
  SALTEDGE_URL: webUrl.optional(),
  SALTEDGE_COUNTRIES: countries.optional(),
};

type Given = z.output<z.ZodObject<typeof saltEdgeSettings>>;

/** Null while no credentials are given. */
export function saltEdgeConfig(
  given: Given,
  at: { publicUrl: string; demo: boolean; sandboxUrl: string | undefined },
): SaltEdgeConfig | null {
  const { SALTEDGE_APP_ID: appId, SALTEDGE_SECRET: secret } = given;
  if (!appId || !secret || !given.SALTEDGE_PRIVATE_KEY) return null;
  const simulated = appId === saltEdgeSandboxCredentials.appId;
  const ring = given.SALTEDGE_CALLBACK_KEYS ?? new Map<string, string>();
  const sandboxUrl = at.demo && simulated && at.sandboxUrl ? `${at.sandboxUrl}/saltedge` : null;
  return {
    appId,
    secret,
    privateKey: given.SALTEDGE_PRIVATE_KEY,
    callbackKeys: simulated ? ring : new Map([...ring].filter(([version]) => !isDemos(version))),
    baseUrl: given.SALTEDGE_URL ?? sandboxUrl ?? baseUrlDefault,
    callbackUrl: `${at.publicUrl}/webhooks/saltedge`,
    countries: given.SALTEDGE_COUNTRIES ?? (simulated ? sandboxCountries : countriesDefault),
    environment: simulated ? "simulated" : "live",
  };
}

/** What is wrong however it is started: parts of a whole. */
export function refuseSaltEdgeParts(given: Given): string[] {
  const needed = ["SALTEDGE_APP_ID", "SALTEDGE_SECRET", "SALTEDGE_PRIVATE_KEY"] as const;
  const present = needed.filter((name) => given[name]);
  if (present.length === 0) return [];
  return needed
    .filter((name) => !given[name])
    .map((name) => `${name} is missing: ${present[0]} is set`);
}

/** What the demo may do and an installation may not. */
export function refuseSaltEdgeInInstallation(given: Given): string[] {
  const problems: string[] = [];
  if (given.SALTEDGE_APP_ID === saltEdgeSandboxCredentials.appId) {
    problems.push("SALTEDGE_APP_ID is the sandbox bank's: give Salt Edge's own");
  }
  if (given.SALTEDGE_SECRET === saltEdgeSandboxCredentials.secret) {
    problems.push("SALTEDGE_SECRET is the sandbox bank's: give Salt Edge's own");
  }
  if ([...(given.SALTEDGE_CALLBACK_KEYS?.keys() ?? [])].some(isDemos)) {
    problems.push("SALTEDGE_CALLBACK_KEYS holds the sandbox bank's key: give Salt Edge's own");
  }
  if (given.SALTEDGE_URL?.startsWith("http:"))
    problems.push("SALTEDGE_URL must begin with https://");
  return problems;
}

/** The sandbox bank could sign for Salt Edge with it. */
function isDemos(version: string): boolean {
  return version.startsWith(sandboxCallbackVersionPrefix);
}

/** A PEM may have come with its line ends written as "\n", as .env files have it. */
function pemOf(given: string): string | null {
  if (given.includes("-----BEGIN")) return given.replaceAll("\\n", "\n");
  try {
    return readFileSync(given.trim(), "utf8");
  } catch {
    return null;
  }
}

function isRsa(read: () => { asymmetricKeyType?: string | undefined }): boolean {
  try {
    return read().asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
