import { describe, expect, test } from "vitest";
import {
  type Config,
  ConfigError,
  loadConfig,
  loadServerConfig,
  sandboxCredentials,
} from "../../server/src/config.ts";

const key = Buffer.from("8f1d6c0a52b94e7733aa90cc41de5f0612b7e8a9d3c4f5061728394a5b6c7d8e", "hex");
const tokenKeys = `2026-01:${key.toString("base64")}`;

const installation = {
  DATABASE_URL: "postgres://tieout_server:pw@db.example:5432/tieout",
  PUBLIC_URL: "https://books.example",
  TOKEN_KEYS: tokenKeys,
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

describe("the demo", () => {
  test("is what starts without any setting", () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      kind: "demo",
      host: "127.0.0.1",
      port: 4400,
      publicUrl: "http://localhost:4400",
      secureCookies: false,
      databaseUrl: null,
      plaid: null,
    });
  });

  test("signs on to the sandbox bank when no Plaid keys are given", () => {
    const config = loadConfig({ SANDBOX_URL: "http://127.0.0.1:4500/" });
    expect(config.plaid).toEqual({
      ...sandboxCredentials,
      baseUrl: "http://127.0.0.1:4500",
      environment: "simulated",
    });
  });

  test("uses Plaid itself when its keys are given", () => {
    const config = loadConfig({
      SANDBOX_URL: "http://127.0.0.1:4500",
      PLAID_CLIENT_ID: "id",
      PLAID_SECRET: "secret",
      PLAID_ENV: "sandbox",
      PLAID_COUNTRIES: "fr, es",
    });
    expect(config.plaid?.baseUrl).toBe("https://sandbox.plaid.com");
    expect(config.plaid?.countries).toEqual(["FR", "ES"]);
  });

  test("may run on one's own database when asked to", () => {
    const config = loadConfig({ DATABASE_URL: installation.DATABASE_URL, TIEOUT_DEMO: "true" });
    expect(config.kind).toBe("demo");
  });
});

describe("an installation", () => {
  test("starts with its own database, key and https address", () => {
    const config = loadServerConfig(installation);
    expect(config.kind).toBe("installation");
    expect(config.secureCookies).toBe(true);
    expect(config.tokenKeys).toEqual([{ id: "2026-01", key }]);
  });

  test("has no sandbox bank and no Plaid unless its keys are given", () => {
    expect(loadConfig(installation).plaid).toBeNull();
    expect(problemsOf(() => loadConfig({ ...installation, SANDBOX_URL: "http://x" }))).toEqual([
      expect.stringMatching(/^SANDBOX_URL is for the demo/),
    ]);
  });

  test.each([
    ["no token key", { TOKEN_KEYS: "" }, /^TOKEN_KEYS is missing/],
    ["the demo's token key", { TOKEN_KEYS: tokenKeys.replace("2026-01", "demo-1") }, /demo's key/],
    [
      "a key of zeroes",
      { TOKEN_KEYS: `k:${Buffer.alloc(32).toString("base64")}` },
      /^TOKEN_KEYS holds a key that is not random/,
    ],
    ["no public address", { PUBLIC_URL: "" }, /^PUBLIC_URL is missing/],
    ["plain HTTP", { PUBLIC_URL: "http://books.example" }, /^PUBLIC_URL must begin with https/],
    ["plain HTTP on localhost", { PUBLIC_URL: "http://localhost:4400" }, /TIEOUT_ALLOW_HTTP=true/],
    [
      "plain HTTP elsewhere even when asked to",
      { PUBLIC_URL: "http://books.example", TIEOUT_ALLOW_HTTP: "true" },
      /^PUBLIC_URL must begin with https/,
    ],
    [
      "the sandbox bank's client id",
      { PLAID_CLIENT_ID: sandboxCredentials.clientId, PLAID_SECRET: "own" },
      /^PLAID_CLIENT_ID is the sandbox bank's/,
    ],
    [
      "the sandbox bank's secret",
      { PLAID_CLIENT_ID: "own", PLAID_SECRET: sandboxCredentials.secret },
      /^PLAID_SECRET is the sandbox bank's/,
    ],
    [
      "a simulated Plaid",
      { PLAID_CLIENT_ID: "own", PLAID_SECRET: "own", PLAID_ENV: "https://elsewhere.example" },
      /^PLAID_ENV must be/,
    ],
    [
      "a demo switched off without a database",
      { DATABASE_URL: "", TIEOUT_DEMO: "false" },
      /^DATABASE_URL is missing/,
    ],
  ])("is refused with %s", (_, change, problem) => {
    expect(problemsOf(() => loadConfig({ ...installation, ...change }))).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  test("may use plain HTTP on this machine when asked to", () => {
    const change = { PUBLIC_URL: "http://localhost:4400", TIEOUT_ALLOW_HTTP: "true" };
    expect(loadConfig({ ...installation, ...change }).secureCookies).toBe(false);
  });
});

describe("a bad setting", () => {
  test.each([
    [{ PORT: "eighty" }, "PORT must be a whole number from 1 to 65535"],
    [{ PORT: "70000" }, "PORT must be a whole number from 1 to 65535"],
    [{ TIEOUT_DEMO: "yes" }, 'TIEOUT_DEMO must be "true" or "false"'],
    [
      { DATABASE_URL: "mysql://x" },
      "DATABASE_URL must look like postgres://user:password@host:5432/database",
    ],
    [{ PUBLIC_URL: "books" }, "PUBLIC_URL must be an http(s) address"],
    [{ PLAID_ENV: "staging" }, 'PLAID_ENV must be "sandbox" or "production"'],
    [
      { PLAID_COUNTRIES: "GB,XX" },
      'PLAID_COUNTRIES names "XX", where Plaid knows no bank: it has AT, BE, CA, DE, DK, EE, ES, FI, FR, GB, IE, IT, ' +
        "LT, LV, NL, NO, PL, PT, SE, US",
    ],
    [
      { LOG_LEVEL: "loud" },
      "LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent",
    ],
    [{ PLAID_CLIENT_ID: "id" }, "PLAID_SECRET is missing: PLAID_CLIENT_ID is set"],
    [{ TOKEN_KEYS: "k:c2hvcnQ=" }, 'TOKEN_KEYS entry 1 ("k") must be 32 bytes in base64, not 5'],
    [{ TOKEN_KEYS: `${tokenKeys},${tokenKeys}` }, "TOKEN_KEYS names one id twice"],
  ])("is told in one line: %o", (env, line) => {
    expect(problemsOf(() => loadConfig(env))).toEqual([line]);
  });

  test("never has its secret repeated", () => {
    const secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
    const problems = problemsOf(() => loadConfig({ TOKEN_KEYS: secret }));
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain(secret);
  });

  test("does not hide the next one", () => {
    expect(problemsOf(() => loadConfig({ PORT: "x", LOG_LEVEL: "x" }))).toHaveLength(2);
  });

  test("is nothing when it is blank", () => {
    expect(loadConfig({ PORT: " ", DATABASE_URL: "" }).port).toBe(4400);
  });
});

test("a server process needs the database and a key that the launcher gives it", () => {
  expect(problemsOf(() => loadServerConfig({}))).toEqual([
    expect.stringMatching(/^DATABASE_URL is missing/),
    expect.stringMatching(/^TOKEN_KEYS is missing/),
  ]);
});

test("several token keys: the first encrypts, the older ones follow", () => {
  const older = Buffer.from(key).reverse();
  const config = loadConfig({ TOKEN_KEYS: `${tokenKeys}, 2025:${older.toString("base64")}` });
  expect(config.tokenKeys.map(({ id }) => id)).toEqual(["2026-01", "2025"]);
});
