import { mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { keptFile } from "../../server/launch/data-folder.ts";
import { tinkKeys } from "../../server/launch/provider-keys/tink.ts";
import { readSettings } from "../../server/sandbox/settings.ts";
import { ConfigError, loadConfig, sandboxCredentials } from "../../server/src/config.ts";

const installation = {
  DATABASE_URL: "postgres://tieout_server:pw@db.example:5432/tieout",
  PUBLIC_URL: "https://books.example",
  TOKEN_KEYS: "2026-01:jx1sClK5TnczqpDMQd5fBhK36KnTxPUGFygZSltsfY4=",
};
const own = { TINK_CLIENT_ID: "id", TINK_CLIENT_SECRET: "very secret" };

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("Tink", () => {
  test("is not offered without its keys", () => {
    expect(loadConfig(installation).tink).toBeNull();
    expect(loadConfig({}).tink).toBeNull();
  });

  test("is the sandbox bank's in the demo", () => {
    const { tink } = loadConfig({ SANDBOX_URL: "http://127.0.0.1:4500/" });
    expect(tink).toMatchObject({
      clientId: sandboxCredentials.clientId,
      baseUrl: "http://127.0.0.1:4500/tink",
      linkUrl: "http://127.0.0.1:4500/tink-link",
      webhookSecrets: [],
      environment: "simulated",
    });
  });

  test("is Tink itself where its keys are given", () => {
    const { tink } = loadConfig({
      ...{ ...installation, ...own },
      TINK_MARKETS: "gb, SE",
      TINK_WEBHOOK_SECRETS: "new,old",
    });
    expect(tink).toEqual({
      ...{ clientId: "id", clientSecret: "very secret", environment: "live" },
      ...{ baseUrl: "https://api.tink.com", linkUrl: "https://link.tink.com" },
      ...{ markets: ["GB", "SE"], webhookSecrets: ["new", "old"] },
    });
  });

  test.each([
    ["half of its keys", { TINK_CLIENT_ID: "id" }, /^TINK_CLIENT_SECRET is missing/],
    ["the other half", { TINK_CLIENT_SECRET: "s" }, /^TINK_CLIENT_ID is missing/],
    [
      "the sandbox bank's id",
      { ...own, TINK_CLIENT_ID: sandboxCredentials.clientId },
      /^TINK_CLIENT_ID is the sandbox bank's/,
    ],
    [
      "the sandbox bank's secret",
      { ...own, TINK_CLIENT_SECRET: sandboxCredentials.secret },
      /^TINK_CLIENT_SECRET is the sandbox bank's/,
    ],
    ["a plain address", { ...own, TINK_URL: "http://x" }, /^TINK_URL must begin with https/],
    ["the demo's webhook secret", { TINK_WEBHOOK_SECRETS: "demo-1" }, /holds the demo's/],
    ["a market that is none", { ...own, TINK_MARKETS: "GB,Sweden" }, /^TINK_MARKETS must be/],
    [
      "a gap in its secrets",
      { ...own, TINK_WEBHOOK_SECRETS: "a,,b" },
      /^TINK_WEBHOOK_SECRETS must/,
    ],
  ])("is refused with %s", (_, change, problem) => {
    const problems = problemsOf({ ...installation, ...change });
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems.join()).not.toContain("very secret");
  });
});

test("the demo's server and sandbox bank share a webhook secret, which is kept and not to be read by others", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const keys = () =>
    tinkKeys({
      publicUrl: "http://localhost:4400",
      kept: (name, make) => keptFile(folder, `provider-keys/${name}`, make),
    });
  const { server, sandbox } = keys();
  expect(keys()).toEqual({ server, sandbox });
  const settings = readSettings(sandbox);
  expect(settings.tinkWebhookUrl).toBe("http://localhost:4400/webhooks/tink");
  const { tink } = loadConfig({ ...server, SANDBOX_URL: "http://127.0.0.1:4500" });
  expect(tink?.webhookSecrets).toEqual([settings.tinkWebhookSecret]);
  expect(problemsOf({ ...installation, ...server })).toHaveLength(1);
  const file = statSync(path.join(folder, "provider-keys/tink-webhook-secret"));
  if (process.platform !== "win32") expect(file.mode & 0o077).toBe(0);
});
