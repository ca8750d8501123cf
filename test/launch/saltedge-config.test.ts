import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { saltEdgeKeys } from "../../server/launch/provider-keys/saltedge.ts";
import { readSettings } from "../../server/sandbox/settings.ts";
import { type Config, ConfigError, loadConfig } from "../../server/src/config.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const ring = (version: string) => `${version}:${Buffer.from(publicKey).toString("base64")}`;

const own = {
  SALTEDGE_APP_ID: "our-app",
  SALTEDGE_SECRET: "our-secret",
  SALTEDGE_PRIVATE_KEY: privateKey,
  SALTEDGE_CALLBACK_KEYS: ring("6.0"),
};
const installation = {
  DATABASE_URL: "postgres://tieout_server:pw@db.example:5432/tieout",
  PUBLIC_URL: "https://books.example",
  TOKEN_KEYS: `k1:${Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7)).toString("base64")}`,
};

function problemsOf(load: () => Config): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("Salt Edge", () => {
  test("is not offered without its settings", () => {
    expect(loadConfig({}).saltedge).toBeNull();
  });

  test("is called at its own address, and calls back at ours", () => {
    expect(loadConfig({ ...installation, ...own }).saltedge).toMatchObject({
      appId: "our-app",
      baseUrl: "https://www.saltedge.com",
      callbackUrl: "https://books.example/webhooks/saltedge",
      callbackKeys: new Map([["6.0", publicKey]]),
      environment: "live",
    });
  });

  test("takes the key as a file, and with the line ends of a .env file", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tieout-key-"));
    const file = path.join(folder, "key.pem");
    writeFileSync(file, privateKey);
    const keyOf = (given: string) =>
      loadConfig({ ...own, SALTEDGE_PRIVATE_KEY: given }).saltedge?.privateKey;
    expect(keyOf(file)).toBe(privateKey);
    expect(keyOf(privateKey.replaceAll("\n", "\\n"))).toBe(privateKey);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ["SALTEDGE_SECRET", ""],
    ["SALTEDGE_PRIVATE_KEY", ""],
    ["SALTEDGE_PRIVATE_KEY", "/no/such/file.pem"],
    ["SALTEDGE_PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"],
    ["SALTEDGE_PRIVATE_KEY", publicKey],
    ["SALTEDGE_CALLBACK_KEYS", "6.0"],
    ["SALTEDGE_CALLBACK_KEYS", "6.0:bm8ga2V5"],
    ["SALTEDGE_CALLBACK_KEYS", `${ring("6.0")},${ring("6.0")}`],
    ["SALTEDGE_COUNTRIES", "GB,Germany"],
    ["SALTEDGE_URL", "saltedge.com"],
  ])("with %s wrong is refused, without a word of the key", (name, value) => {
    const problems = problemsOf(() => loadConfig({ ...own, [name]: value }));
    expect(problems).not.toEqual([]);
    expect(problems.every((line) => line.startsWith(name))).toBe(true);
    expect(problems.join("")).not.toContain("BEGIN");
  });

  test("of the sandbox bank is for the demo alone", () => {
    const kept = (_name: string, make: () => string) => make();
    const publicUrl = "https://books.example";
    const { server } = saltEdgeKeys({ publicUrl, kept });
    expect(problemsOf(() => loadConfig({ ...installation, ...server }))).toEqual([
      "SALTEDGE_APP_ID is the sandbox bank's: give Salt Edge's own",
      "SALTEDGE_SECRET is the sandbox bank's: give Salt Edge's own",
      "SALTEDGE_CALLBACK_KEYS holds the sandbox bank's key: give Salt Edge's own",
    ]);
    const plain = { ...installation, ...own, SALTEDGE_URL: "http://saltedge.example" };
    expect(problemsOf(() => loadConfig(plain))).toEqual(["SALTEDGE_URL must begin with https://"]);
  });

  test("of a demo with keys of one's own does not believe the sandbox bank", () => {
    const config = loadConfig({
      ...own,
      SANDBOX_URL: "http://127.0.0.1:4500",
      SALTEDGE_CALLBACK_KEYS: `${ring("sandbox-1")},${ring("6.0")}`,
    });
    expect(config.saltedge?.baseUrl).toBe("https://www.saltedge.com");
    expect([...(config.saltedge?.callbackKeys.keys() ?? [])]).toEqual(["6.0"]);
  });

  test("is the sandbox bank in the demo, with keys that fit on both sides and are kept", () => {
    const files = new Map<string, string>();
    const kept = (name: string, make: () => string) => {
      files.set(name, files.get(name) ?? make());
      return files.get(name) ?? "";
    };
    const of = { publicUrl: "http://localhost:4400", kept };
    const { server, sandbox } = saltEdgeKeys(of);
    expect(saltEdgeKeys(of)).toEqual({ server, sandbox });
    const config = loadConfig({ ...server, SANDBOX_URL: "http://127.0.0.1:4500" });
    expect(config.saltedge).toMatchObject({
      baseUrl: "http://127.0.0.1:4500/saltedge",
      callbackUrl: "http://localhost:4400/webhooks/saltedge",
      environment: "simulated",
    });
    const settings = readSettings(sandbox);
    expect(settings.saltedgeCallbackUrl).toBe(config.saltedge?.callbackUrl);
    expect(config.saltedge?.callbackKeys.has(settings.saltedgeCallbackKeyVersion)).toBe(true);
  });
});
