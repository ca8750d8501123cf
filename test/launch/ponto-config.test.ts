import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepPontoKeys } from "../../server/launch/provider-keys/ponto.ts";
import { ConfigError, loadConfig } from "../../server/src/config.ts";

const parent = mkdtempSync(path.join(tmpdir(), "tieout-ponto-config-"));
const keys = path.join(parent, "keys");
const inKeys = (name: string) => path.join(keys, name);
beforeAll(() => keepPontoKeys(keys));
afterAll(() => rmSync(parent, { recursive: true }));

const own = () => ({
  PONTO_CLIENT_ID: "id",
  PONTO_CLIENT_SECRET: "secret",
  PONTO_APPLICATION_ID: "application",
  PONTO_CERTIFICATE: inKeys("client.pem"),
  PONTO_PRIVATE_KEY: readFileSync(inKeys("client-key.pem"), "utf8").replaceAll("\n", "\\n"),
});

const installation = {
  DATABASE_URL: "postgres://tieout_server:pw@db.example:5432/tieout",
  PUBLIC_URL: "https://books.example",
  TOKEN_KEYS: `2026-01:${Buffer.from("8f1d6c0a52b94e7733aa90cc41de5f0612b7e8a9d3c4f5061728394a5b6c7d8e", "hex").toString("base64")}`,
};

function problemsOf(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

describe("Ponto's settings", () => {
  test("leave Ponto out where there are none", () => {
    expect(loadConfig({ SANDBOX_URL: "http://127.0.0.1:4500" }).ponto).toBeNull();
  });

  test("point at the real one, with PEMs given by path or as text", () => {
    expect(loadConfig(own()).ponto).toMatchObject({
      clientId: "id",
      certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE/),
      privateKey: expect.stringMatching(/^-----BEGIN [\s\S]*\n/),
      ca: null,
      signature: null,
      baseUrl: "https://api.ibanity.com",
      authorizeUrl: "https://authorization.myponto.com",
      environment: "live",
    });
  });

  test("point the demo at the sandbox bank, and mix nothing of it with one's own", () => {
    const sandbox = {
      SANDBOX_URL: "http://127.0.0.1:4500",
      PONTO_SANDBOX_KEYS: keys,
      PONTO_SANDBOX_URL: "https://127.0.0.1:4501",
    };
    expect(loadConfig(sandbox).ponto).toMatchObject({
      baseUrl: "https://127.0.0.1:4501",
      authorizeUrl: "http://127.0.0.1:4500/ponto-authorize",
      environment: "simulated",
    });
    expect(loadConfig({ ...sandbox, ...own() }).ponto).toMatchObject({
      ca: null,
      baseUrl: "https://api.ibanity.com",
      environment: "live",
    });
  });

  test.each([
    ["parts", { PONTO_CLIENT_ID: "id" }, /PONTO_PRIVATE_KEY is missing: PONTO_CLIENT_ID is set/],
    ["a key id without its key", { PONTO_SIGNATURE_KEY_ID: "k" }, /PONTO_SIGNATURE_KEY is missing/],
    ["an API without TLS", { PONTO_URL: "http://x" }, /PONTO_URL must begin with https/],
    ["no file", { PONTO_CA: "/nowhere/ca.pem" }, /PONTO_CA names a file that cannot be read/],
    ["no folder", { PONTO_SANDBOX_KEYS: "/nowhere" }, /PONTO_SANDBOX_KEYS must be the folder/],
  ])("that are %s are refused", (_what, env, message) => {
    expect(problemsOf(env)).toMatch(message);
  });

  test("never echo what they were given", () => {
    const text = "-----BEGIN PRIVATE KEY-----\nsecret-of-mine\n-----END PRIVATE KEY-----";
    const said = problemsOf({ PONTO_PRIVATE_KEY: text });
    expect(said).toMatch(/PONTO_PRIVATE_KEY must be a private key in PEM/);
    expect(said).not.toContain("secret-of-mine");
  });

  test("of the demo are refused in an installation", () => {
    const said = problemsOf({
      ...installation,
      ...own(),
      PONTO_CLIENT_ID: "sandbox-ponto-client",
      PONTO_SANDBOX_KEYS: keys,
    });
    expect(said).toMatch(/PONTO_CLIENT_ID is the sandbox bank's/);
    expect(said).toMatch(/PONTO_CERTIFICATE is the demo's/);
    expect(said).toMatch(/PONTO_SANDBOX_KEYS is for the demo/);
  });

  test("take a signing key", () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2_048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const env = { ...own(), PONTO_SIGNATURE_KEY_ID: "k-1", PONTO_SIGNATURE_KEY: privateKey };
    expect(loadConfig(env).ponto?.signature).toEqual({ keyId: "k-1", key: privateKey });
  });
});
