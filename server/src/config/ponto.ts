/** Ponto Connect's settings: the client, its TLS certificate, and the key that signs requests where one is used. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { schemeOf, webUrl } from "./fields.ts";

/** What the demo signs on to the sandbox bank with; its keys are in a folder that the launcher makes. */
export const pontoSandboxCredentials = {
  clientId: "sandbox-ponto-client",
  clientSecret: "sandbox-ponto-secret",
  applicationId: "sandbox-ponto-application",
  signatureKeyId: "sandbox-ponto-signature",
} as const;

/** The subject of the certificates that the demo makes; an installation refuses them. */
export const pontoDemoCertificateName = "Tieout demo";

export type PontoConfig = {
  clientId: string;
  clientSecret: string;
  /** Whom webhooks are for. */
  applicationId: string;
  /** The TLS client's certificate and its key, in PEM. */
  certificate: string;
  privateKey: string;
  /** PEM of the authority that the API's own certificate is checked against. Null: those of the system. */
  ca: string | null;
  /** With it requests are signed. */
  signature: { keyId: string; key: string } | null;
  /** Where the API is, without "/ponto-connect" and without a slash at the end. */
  baseUrl: string;
  /** Where people authorise, without "/oauth2/auth" and without a slash at the end. */
  authorizeUrl: string;
  environment: "live" | "simulated";
};

const baseUrlDefault = "https://api.ibanity.com";
const authorizeUrlDefault = "https://authorization.myponto.com";

const certificate = pem("a certificate", (text) => new X509Certificate(text));
const privateKey = pem("a private key", (text) => createPrivateKey(text));

/** The folder of the keys that the demo has made for both sides. */
const sandboxKeys = z.string().transform((folder, context) => {
  try {
    const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
    return {
      certificate: read("client.pem"),
      privateKey: read("client-key.pem"),
      ca: read("ca.pem"),
      signatureKey: read("signature-key.pem"),
    };
  } catch {
    context.addIssue("must be the folder of keys that the demo has made");
    return z.NEVER;
  }
});

export const pontoSettings = {
  PONTO_CLIENT_ID: z.string().optional(),
  PONTO_CLIENT_SECRET: z.string().optional(),
  PONTO_APPLICATION_ID: z.string().optional(),
  PONTO_CERTIFICATE: certificate.optional(),
  PONTO_PRIVATE_KEY: privateKey.optional(),
  PONTO_CA: certificate.optional(),
  PONTO_SIGNATURE_KEY_ID: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'must be of letters, digits, "-" and "_"')
    .optional(),
  PONTO_SIGNATURE_KEY: privateKey.optional(),
  PONTO_URL: webUrl.optional(),
  PONTO_AUTHORIZE_URL: webUrl.optional(),
  // The demo's, told by its launcher: apart, so that nothing of it mixes with the settings of the real one.
  PONTO_SANDBOX_KEYS: sandboxKeys.optional(),
  PONTO_SANDBOX_URL: webUrl.optional(),
};

type Given = z.output<z.ZodObject<typeof pontoSettings>> & { SANDBOX_URL?: string | undefined };

const needed = [
  "PONTO_CLIENT_ID",
  "PONTO_CLIENT_SECRET",
  "PONTO_APPLICATION_ID",
  "PONTO_CERTIFICATE",
  "PONTO_PRIVATE_KEY",
] as const;

/** Null where Ponto is not to be offered. */
export function pontoConfig(given: Given, demo: boolean): PontoConfig | null {
  const { PONTO_CLIENT_ID: clientId, PONTO_CLIENT_SECRET: clientSecret } = given;
  const { PONTO_APPLICATION_ID: applicationId, PONTO_SIGNATURE_KEY: key } = given;
  const { PONTO_CERTIFICATE: ownCertificate, PONTO_PRIVATE_KEY: ownKey } = given;
  if (!clientId || !clientSecret || !applicationId || !ownCertificate || !ownKey) {
    return demo ? sandboxConfig(given) : null;
  }
  return {
    ...{ clientId, clientSecret, applicationId },
    certificate: ownCertificate,
    privateKey: ownKey,
    ca: given.PONTO_CA ?? null,
    signature:
      given.PONTO_SIGNATURE_KEY_ID && key ? { keyId: given.PONTO_SIGNATURE_KEY_ID, key } : null,
    baseUrl: given.PONTO_URL ?? baseUrlDefault,
    authorizeUrl: given.PONTO_AUTHORIZE_URL ?? authorizeUrlDefault,
    environment: "live",
  };
}

function sandboxConfig(given: Given): PontoConfig | null {
  const { SANDBOX_URL: sandboxUrl, PONTO_SANDBOX_KEYS: keys, PONTO_SANDBOX_URL: baseUrl } = given;
  if (!sandboxUrl || !keys || !baseUrl) return null;
  const { signatureKeyId, ...credentials } = pontoSandboxCredentials;
  const { certificate, privateKey, ca, signatureKey } = keys;
  return {
    ...credentials,
    ...{ certificate, privateKey, ca, baseUrl },
    signature: { keyId: signatureKeyId, key: signatureKey },
    authorizeUrl: `${sandboxUrl}/ponto-authorize`,
    environment: "simulated",
  };
}

/** What is wrong however it is started: parts of a whole. */
export function refusePontoParts(given: Given): string[] {
  const problems: string[] = [];
  const present = needed.find((name) => given[name]);
  for (const name of present ? needed : []) {
    if (!given[name]) problems.push(`${name} is missing: ${present} is set`);
  }
  if (given.PONTO_SIGNATURE_KEY_ID && !given.PONTO_SIGNATURE_KEY) {
    problems.push("PONTO_SIGNATURE_KEY is missing: PONTO_SIGNATURE_KEY_ID is set");
  }
  if (given.PONTO_SIGNATURE_KEY && !given.PONTO_SIGNATURE_KEY_ID) {
    problems.push("PONTO_SIGNATURE_KEY_ID is missing: PONTO_SIGNATURE_KEY is set");
  }
  // Without TLS there is no client certificate to show.
  if (given.PONTO_URL && schemeOf(given.PONTO_URL) !== "https:") {
    problems.push("PONTO_URL must begin with https://");
  }
  return problems;
}

/** What belongs to the demo alone. */
export function refusePontoOfDemo(given: Given): string[] {
  const problems: string[] = [];
  const credentials = [
    ["PONTO_CLIENT_ID", pontoSandboxCredentials.clientId],
    ["PONTO_CLIENT_SECRET", pontoSandboxCredentials.clientSecret],
    ["PONTO_APPLICATION_ID", pontoSandboxCredentials.applicationId],
  ] as const;
  for (const [name, demos] of credentials) {
    if (given[name] === demos) problems.push(`${name} is the sandbox bank's: give Ponto's own`);
  }
  for (const name of ["PONTO_SANDBOX_KEYS", "PONTO_SANDBOX_URL"] as const) {
    if (given[name]) problems.push(`${name} is for the demo: give PONTO_CLIENT_ID and its like`);
  }
  for (const name of ["PONTO_CERTIFICATE", "PONTO_CA"] as const) {
    const text = given[name];
    if (text && new X509Certificate(text).subject.includes(pontoDemoCertificateName)) {
      problems.push(`${name} is the demo's: give Ponto's own`);
    }
  }
  if (given.PONTO_AUTHORIZE_URL && schemeOf(given.PONTO_AUTHORIZE_URL) !== "https:") {
    problems.push("PONTO_AUTHORIZE_URL must begin with https://");
  }
  return problems;
}

/** A text in PEM, given itself or by the path of its file. It is never echoed: these lines end up in logs. */
function pem(what: string, read: (text: string) => unknown) {
  return z.string().transform((given, context): string => {
    const text = pemOf(given);
    if (text === null) {
      context.addIssue("names a file that cannot be read: give a PEM, or the path of one");
      return "";
    }
    try {
      read(text);
    } catch {
      context.addIssue(`must be ${what} in PEM`);
    }
    return text;
  });
}

/** The line ends may have come written as "\n", as .env files have them. */
function pemOf(given: string): string | null {
  if (given.includes("-----BEGIN")) return given.replaceAll("\\n", "\n");
  try {
    return readFileSync(given.trim(), "utf8");
  } catch {
    return null;
  }
}
