/**
 * `pnpm test`: every check, in the order in which a failure says most. Names as arguments run only
 * those: `pnpm test types unit`. The last line is for machines: "<n> passed, <n> failed".
 */
import { type StdioOptions, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { buildClient, generateClientTypes } from "../server/launch/build-client.ts";
import { generatePrismaClient } from "../server/launch/prisma-client.ts";
import { inRepository, repositoryFolder } from "../server/launch/repository.ts";
import { findBrowser } from "./support/browser.ts";
import { makeDemoTemplate } from "./support/demo-template.ts";

type Counts = { passed: number; failed: number };

/** As Vitest's JSON reporter writes it. */
type Report = {
  numPassedTests: number;
  testResults: {
    name: string;
    message: string;
    status: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
};

type Step = (output: Output) => Promise<Counts>;

/** Of a step that runs beside others, what it says is kept until it is done. */
type Output = "inherit" | Buffer[];

const svelteFiles = "client/src/**/*.svelte";

const steps = {
  prepare: () => counted(prepare),
  format: allOf(program("biome", "check", "."), program("prettier", "--check", svelteFiles)),
  types: allOf(program("tsc", "-p", "tsconfig.json"), checkClient()),
  schema: allOf(node("--import", "tsx", "server/launch/print-schema.ts", "--check")),
  unit: vitest(["core", "launch"]),
  integration: vitest(["integration"]),
  soak: vitest(["soak"]),
  browser: inBrowser("browser"),
  demo: inBrowser("demo"),
} satisfies Record<string, Step>;

type StepName = keyof typeof steps;

/**
 * What runs at the same time: formatting needs nothing that is generated; the soak and the browser's tests wait for
 * banks, crashes and pages much of their time, and no bound of theirs is a speed.
 */
const rounds: readonly (readonly StepName[])[] = [
  ["format", "prepare"],
  ["types", "schema"],
  ["unit"],
  ["integration"],
  ["soak", "browser", "demo"],
];

const wanted = process.argv.slice(2).filter((arg) => arg !== "--");
const unknown = wanted.find((name) => !(name in steps));
if (unknown) {
  console.error(`There is no step "${unknown}": there are ${Object.keys(steps).join(", ")}`);
  process.exit(1);
}

/** They want whole Tieouts, each one of its own. */
const startTieouts: readonly StepName[] = ["browser", "demo"];

const total: Counts = { passed: 0, failed: 0 };
const summary: string[] = [];
/** Told again at the end: of a long run often nothing else is kept. */
const failures: string[] = [];
for (const round of rounds) {
  const chosen = round.filter(
    (name) => wanted.length === 0 || name === "prepare" || wanted.includes(name),
  );
  const template = chosen.some((name) => startTieouts.includes(name));
  const removeTemplate = template ? await makeDemoTemplate().catch(sayWhy) : undefined;
  // The last tells how it goes on; what the others said follows in one piece each.
  const beside = chosen.slice(0, -1).map((name) => ({ name, said: [] as Buffer[] }));
  const live = chosen.slice(-1).map((name) => runStep(name, "inherit"));
  await Promise.all([...live, ...beside.map(({ name, said }) => runStep(name, said))]);
  for (const { said } of beside) process.stdout.write(Buffer.concat(said));
  await removeTemplate?.();
}
if (failures.length > 0) console.log(`\n── failed\n\n${failures.join("\n\n")}`);
console.log(`\n${summary.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** Without it each makes its own, and fails by itself if that is what is broken. */
function sayWhy(error: Error): undefined {
  console.error(error.message);
}

async function runStep(name: StepName, output: Output): Promise<void> {
  tell(output, `\n── ${name}`);
  const startedAt = performance.now();
  const { passed, failed } = await steps[name](output).catch((error: Error) => {
    tell(output, error.message);
    failures.push(`${name}: ${error.message}`);
    return { passed: 0, failed: 1 };
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  summary.push(`${failed === 0 ? "✓" : "✗"} ${name.padEnd(12)} ${seconds.padStart(6)} s`);
  total.passed += passed;
  total.failed += failed;
}

function tell(output: Output, line: string): void {
  if (output === "inherit") console.log(line);
  else output.push(Buffer.from(`${line}\n`));
}

/** What is generated and built: types need the first, the browser the second. */
async function prepare(): Promise<void> {
  await Promise.all([generatePrismaClient(), prepareClient()]);
}

/** A build makes the types too; beside one that is fresh, they may be missing. */
async function prepareClient(): Promise<void> {
  if (!(await buildClient())) await generateClientTypes();
}

async function counted(act: () => Promise<void>): Promise<Counts> {
  await act();
  return { passed: 1, failed: 0 };
}

type Command = (output: Output) => Promise<number>;

/** All at once, and to their ends even if one fails: one run should show everything that is wrong. */
function allOf(...commands: Command[]): Step {
  return async (output) => {
    const codes = await Promise.all(commands.map((command) => command(output)));
    const passed = codes.filter((code) => code === 0).length;
    return { passed, failed: codes.length - passed };
  };
}

function checkClient(): Command {
  const args = ["--tsconfig", "./tsconfig.json", "--fail-on-warnings"];
  return (output) => execute(bin("client", "svelte-check"), args, inRepository("client"), output);
}

function program(name: string, ...args: string[]): Command {
  return (output) => execute(bin(".", name), args, repositoryFolder, output);
}

function node(...args: string[]): Command {
  return (output) => execute(process.execPath, args, repositoryFolder, output);
}

function bin(folder: string, name: string): string {
  return inRepository(folder, "node_modules/.bin", name);
}

/** Which browser there is, or can be had, is asked when the step begins. */
function inBrowser(project: string): Step {
  return async (output) => vitest([project], { TIEOUT_BROWSER: findBrowser() })(output);
}

/** Counts the tests, not the files. */
function vitest(projects: string[], env: NodeJS.ProcessEnv = {}): Step {
  return async (output) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-results-"));
    const results = path.join(folder, "results.json");
    const args = [
      "run",
      ...projects.map((project) => `--project=${project}`),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${results}`,
    ];
    try {
      const code = await execute(bin("test", "vitest"), args, inRepository("test"), output, env);
      const report: Report = JSON.parse(readFileSync(results, "utf8"));
      const failed = failuresOf(report);
      if (code !== 0 && failed.length === 0) failed.push(`${projects}: an error outside any test`);
      failures.push(...failed);
      return { passed: report.numPassedTests, failed: failed.length };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** Each failed test, and each file that does not even load, with the beginning of what it says of it. */
function failuresOf({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, message, status, assertionResults }) => {
    const file = path.relative(repositoryFolder, name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0) return status === "failed" ? [`${file}\n${beginningOf(message)}`] : [];
    return failed.map(
      ({ fullName, failureMessages }) =>
        `${file}: ${fullName}\n${beginningOf(failureMessages.join("\n"))}`,
    );
  });
}

function beginningOf(message: string): string {
  return stripVTControlCharacters(message).split("\n").slice(0, 12).join("\n").slice(0, 2_000);
}

function execute(
  file: string,
  args: string[],
  cwd: string,
  output: Output,
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const stdio: StdioOptions = output === "inherit" ? "inherit" : ["ignore", "pipe", "pipe"];
    const child = spawn(file, args, { cwd, stdio, env: { ...process.env, ...env } });
    if (output !== "inherit") {
      child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
      child.stderr?.on("data", (chunk: Buffer) => output.push(chunk));
    }
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
