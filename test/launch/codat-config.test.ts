import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { keptFile } from "../../server/launch/data-folder.ts";
import { codatKeys } from "../../server/launch/provider-keys/codat.ts";
import { readSettings } from "../../server/sandbox/settings.ts";
import { codatSandboxApiKey } from "../../server/src/config/codat.ts";
import { ConfigError, loadConfig } from "../../server/src/config.ts";

const installation = {
  DATABASE_URL: "postgres://tieout_server:pw@db.example:5432/tieout",
  PUBLIC_URL: "https://books.example",
  TOKEN_KEYS: "2026-01:jx1sClK5TnczqpDMQd5fBhK36KnTxPUGFygZSltsfY4=",
};
const secret = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("Codat", () => {
  test("is not offered without its key", () => {
    expect(loadConfig(installation).codat).toBeNull();
    expect(loadConfig({}).codat).toBeNull();
  });

  test("is the sandbox's in the demo", () => {
    expect(loadConfig({ SANDBOX_URL: "http://127.0.0.1:4500/" }).codat).toEqual({
      apiKey: codatSandboxApiKey,
      baseUrl: "http://127.0.0.1:4500/codat",
      webhookSecrets: [],
      environment: "simulated",
    });
  });

  test("is Codat itself where its key is given", () => {
    const given = { CODAT_API_KEY: "own", CODAT_WEBHOOK_SECRETS: `${secret}, ${secret}` };
    expect(loadConfig({ ...installation, ...given }).codat).toEqual({
      ...{ apiKey: "own", baseUrl: "https://api.codat.io", environment: "live" },
      webhookSecrets: [secret, secret],
    });
  });

  test("is told of the same key and secret on both sides of the demo", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-codat-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const kept = (name: string, make: () => string) => keptFile(folder, name, make);
    const keys = codatKeys({ publicUrl: "http://localhost:4400", kept });
    const settings = readSettings(keys.sandbox);
    const { codat } = loadConfig({ SANDBOX_URL: "http://127.0.0.1:4500", ...keys.server });
    expect(codat?.apiKey).toBe(settings.codatApiKey);
    expect(codat?.webhookSecrets).toEqual([settings.codatWebhookSecret]);
    expect(settings.codatWebhookUrl).toBe("http://localhost:4400/webhooks/codat");
    expect(problemsOf({ ...installation, CODAT_API_KEY: "own", ...keys.server })).toEqual([
      "CODAT_WEBHOOK_SECRETS holds the demo's: give those of Codat's portal",
    ]);
  });

  test.each([
    ["the sandbox's key", { CODAT_API_KEY: codatSandboxApiKey }, /sandbox's: give Codat's own/],
    ["a plain address", { CODAT_API_KEY: "own", CODAT_URL: "http://codat.test" }, /https/],
    ["an address alone", { CODAT_URL: "https://codat.test" }, /^CODAT_API_KEY is missing/],
    ["secrets alone", { CODAT_WEBHOOK_SECRETS: secret }, /^CODAT_API_KEY is missing/],
    ["a secret of another shape", { CODAT_WEBHOOK_SECRETS: "secret" }, /"whsec_" and base64/],
  ])("is refused with %s in an installation", (_, given, problem) => {
    expect(problemsOf({ ...installation, ...given })).toEqual([expect.stringMatching(problem)]);
  });
});

describe("files for accounting packages", () => {
  test("go into the demo's own data, and in an installation nowhere until a folder is named", () => {
    const demo = loadConfig({ TIEOUT_DATA_DIR: "/srv/tieout" });
    expect(demo.accountingFiles.folder).toBe("/srv/tieout/accounting-files");
    expect(loadConfig(installation).accountingFiles.folder).toBeNull();
    const named = loadConfig({ ...installation, ACCOUNTING_FILES_FOLDER: "/srv/books" });
    expect(named.accountingFiles.folder).toBe("/srv/books");
  });

  test("are refused a folder that depends on where the server was started", () => {
    expect(problemsOf({ ...installation, ACCOUNTING_FILES_FOLDER: "books" })).toEqual([
      "ACCOUNTING_FILES_FOLDER must be an absolute path",
    ]);
  });
});
