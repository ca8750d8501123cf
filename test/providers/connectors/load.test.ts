import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../../server/src/config.ts";
import { loadConnectors } from "../../../server/src/providers/connectors/load.ts";

let folder: string;
const example = path.resolve(
  import.meta.dirname,
  "../../../server/connectors/json-api/connector.ts",
);
const settings = {
  CONNECTOR_JSON_API_URL: "http://127.0.0.1:9",
  CONNECTOR_JSON_API_TOKEN: "t",
  CONNECTOR_JSON_API_WEBHOOK_SECRET: "s",
  CONNECTOR_JSON_API_ORGANISATION: "o",
};

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tieout-connectors-"));
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  write("none.mjs", "export const nothing = 1;");
  write("broken.mjs", "throw new Error('at the top\\nsecond line');");
  write("name.mjs", "export default { name: 'Bad Name', settings: [], create() {} };");
  write(
    "other.mjs",
    `export default { name: 'a-bank', settings: [],
    create: () => ({ description: { name: 'plaid', kind: 'aggregator' } }) };`,
  );
  write(
    "throws.mjs",
    `export default { name: 'a-bank', settings: [], create: () => ({
    description: { name: 'a-bank', kind: 'connector' },
    fetchAccounts: () => { throw new TypeError('token=abc'); },
    fetchConnection: async () => { throw Object.assign(new Error('Sign in.'), { code: 'PROVIDER_FAILURE', kind: 'user_action_needed', detail: 'x', retryAt: null }); },
    verifyWebhook: () => { throw new Error('no'); },
    translateWebhook: () => { throw new Error('no'); } }) };`,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

const load = (modules: string, env: Record<string, string> = {}) =>
  loadConnectors(loadConfig({ CONNECTORS: modules, ...env }), folder);

describe("connectors", () => {
  test("are none unless they are named", async () => {
    expect(await load("")).toEqual([]);
  });

  test("are found by path and handed their own settings", async () => {
    const [provider] = await load(example, settings);
    expect(provider?.description).toMatchObject({ name: "json-api", kind: "connector" });
  });

  test("say which setting is missing, and what it is", async () => {
    const { CONNECTOR_JSON_API_TOKEN: _, ...rest } = settings;
    await expect(load(example, rest)).rejects.toThrow(
      /^CONNECTOR_JSON_API_TOKEN is missing: the access token/,
    );
  });

  test.each([
    ["./missing.mjs", /CONNECTORS: \.\/missing\.mjs cannot be loaded: /],
    ["./broken.mjs", /cannot be loaded: at the top$/],
    ["./none.mjs", /is no connector/],
    ["./name.mjs", /is no connector: name/],
    ["./other.mjs", /must describe itself as the connector "a-bank"/],
    ["@tieout/no-such-package", /cannot be loaded/],
  ])("that do not fit keep the server from starting: %s", async (module, message) => {
    await expect(load(module)).rejects.toThrow(message);
  });

  test("that throw anything fail for a while, and their words stay inside", async () => {
    const [provider] = await load("./throws.mjs");
    const credential = { secret: "s", renew: async () => "s" };
    await expect(provider?.fetchAccounts(credential)).rejects.toMatchObject({
      code: "PROVIDER_FAILURE",
      kind: "temporary",
      message: expect.not.stringContaining("abc"),
      detail: "the connector threw TypeError",
    });
    await expect(provider?.fetchConnection(credential)).rejects.toMatchObject({
      kind: "user_action_needed",
      message: "Sign in.",
    });
    const delivery = { path: "", headers: {}, body: Buffer.from("{}"), receivedAt: new Date(0) };
    expect(await provider?.verifyWebhook(delivery)).toEqual({
      kind: "refused",
      reason: "unreadable",
    });
    expect(provider?.translateWebhook({ path: "", body: {} })).toMatchObject({ kind: "ignored" });
  });
});
