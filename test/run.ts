/**
 * `pnpm test`: every check, in the order in which a failure says most. Names as arguments run only
 * those: `pnpm test types unit`. The last line is for machines: "<n> passed, <n> failed".
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { buildClient, generateClientTypes } from "../server/launch/build-client.ts";
import { generatePrismaClient } from "../server/launch/prisma-client.ts";
import { inRepository, repositoryFolder } from "../server/launch/repository.ts";
import { findBrowser } from "./support/browser.ts";

type Counts = { passed: number; failed: number };

const svelteFiles = "client/src/**/*.svelte";

const steps: Record<string, () => Promise<Counts>> = {
  prepare: () => counted(prepare),
  format: () => allOf(program("biome", "check", "."), program("prettier", "--check", svelteFiles)),
  types: () => allOf(program("tsc", "-p", "tsconfig.json"), checkClient()),
  schema: () => allOf(node("--import", "tsx", "server/launch/print-schema.ts", "--check")),
  unit: () => vitest(["core", "launch"]),
  integration: () => vitest(["integration"]),
  soak: () => vitest(["soak"]),
  browser: async () => vitest(["browser"], { TIEOUT_BROWSER: findBrowser() }),
};

const wanted = process.argv.slice(2).filter((arg) => arg !== "--");
const unknown = wanted.find((name) => !(name in steps));
if (unknown) {
  console.error(`There is no step "${unknown}": there are ${Object.keys(steps).join(", ")}`);
  process.exit(1);
}

const total: Counts = { passed: 0, failed: 0 };
const summary: string[] = [];
for (const [name, run] of Object.entries(steps)) {
  if (wanted.length > 0 && name !== "prepare" && !wanted.includes(name)) continue;
  console.log(`\n── ${name}`);
  const startedAt = performance.now();
  const { passed, failed } = await run().catch((error: Error) => {
    console.error(error.message);
    return { passed: 0, failed: 1 };
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  summary.push(`${failed === 0 ? "✓" : "✗"} ${name.padEnd(12)} ${seconds.padStart(6)} s`);
  total.passed += passed;
  total.failed += failed;
}
console.log(`\n${summary.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** What is generated and built: types need the first, the browser the second. */
async function prepare(): Promise<void> {
  await generatePrismaClient();
  await generateClientTypes();
  await buildClient();
}

async function counted(act: () => Promise<void>): Promise<Counts> {
  await act();
  return { passed: 1, failed: 0 };
}

/** All at once, and to their ends even if one fails: one run should show everything that is wrong. */
async function allOf(...commands: (() => Promise<number>)[]): Promise<Counts> {
  const codes = await Promise.all(commands.map((command) => command()));
  const passed = codes.filter((code) => code === 0).length;
  return { passed, failed: codes.length - passed };
}

function checkClient(): () => Promise<number> {
  const args = ["--tsconfig", "./tsconfig.json", "--fail-on-warnings"];
  return () => execute(bin("client", "svelte-check"), args, inRepository("client"));
}

function program(name: string, ...args: string[]): () => Promise<number> {
  return () => execute(bin(".", name), args, repositoryFolder);
}

function node(...args: string[]): () => Promise<number> {
  return () => execute(process.execPath, args, repositoryFolder);
}

function bin(folder: string, name: string): string {
  return inRepository(folder, "node_modules/.bin", name);
}

/** Counts the tests, not the files. */
async function vitest(projects: string[], env: NodeJS.ProcessEnv = {}): Promise<Counts> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-results-"));
  const results = path.join(folder, "results.json");
  const code = await execute(
    bin("test", "vitest"),
    [
      "run",
      ...projects.map((project) => `--project=${project}`),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${results}`,
    ],
    inRepository("test"),
    env,
  );
  try {
    const report: unknown = JSON.parse(readFileSync(results, "utf8"));
    const { numPassedTests, numFailedTests } = report as Record<string, number>;
    const counts = { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 };
    // A file that does not even load fails without a test in it.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function execute(
  file: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, stdio: "inherit", env: { ...process.env, ...env } });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
