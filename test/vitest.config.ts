import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { patienceMs } from "./support/visitor.ts";

/**
 * The file that Node itself takes for "graphql". Vite would take the package's second build, and a schema made
 * with one build cannot be executed with the other.
 */
const resolve = {
  alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") }],
};

/** In this order, in which the one leaves the demo as the next expects it: what is connected at the bank counts. */
const demo = ["walk", "screens", "demo-blocks"].map((name) => `browser/${name}.test.ts`);

/**
 * What takes longest, first: begun last, it would keep one worker at it while the others have nothing left. Vitest itself
 * goes by the files' sizes, or by what it measured before.
 */
const first = [
  ...["isolation/foreign-ids.test.ts", "launch/start.test.ts", "jobs/worker.test.ts"],
  ...["core/statements/never-throws.test.ts", "features/statements/import-laws.test.ts"],
  ...["features/statements/import-crash.test.ts", ...demo],
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = first.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? first.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** What is asked for again and again until it is so; Vitest itself gives up after a second. */
const patient = (timeout: number) => ({ poll: { timeout } });

/** Each file has the cores for its pages; what a page does not do in time fails. */
const inOneBrowser = {
  expect: patient(patienceMs),
  ...{ testTimeout: 120_000, hookTimeout: 120_000 },
  ...{ fileParallelism: false, isolate: false },
};

/**
 * Only what needs the shared database pays for it. Where files are not isolated, a worker keeps its modules from one to
 * the next: no file mocks one or leaves something in one, and reading the server anew for each took half of the time.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // One more than Vitest takes by itself on two cores: tests wait for PostgreSQL and for HTTP most of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve,
        // Parts of the client keep their state in Svelte's runes.
        plugins: [svelte({ configFile: false })],
        test: {
          name: "core",
          isolate: false,
          include: [
            "core/**/*.test.ts",
            "client/**/*.test.ts",
            "providers/**/*.test.ts",
            "sandbox/**/*.test.ts",
            "*.test.ts",
          ],
          // Some make keys for signing and for TLS, which takes as long as the primes let it.
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        test: {
          // These start PostgreSQL and whole Tieouts of their own.
          name: "launch",
          include: ["launch/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          // A PostgreSQL and a server of its own, which it kills.
          name: "soak",
          include: ["soak/**/*.test.ts"],
          testTimeout: 600_000,
        },
      },
      {
        resolve,
        test: {
          name: "integration",
          isolate: false,
          include: ["**/*.test.ts"],
          exclude: [
            "**/node_modules/**",
            "core/**",
            "launch/**",
            "client/**",
            "providers/**",
            "sandbox/**",
            "browser/**",
            "soak/**",
            "*.test.ts",
          ],
          globalSetup: "support/global-setup.ts",
          expect: patient(15_000),
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        test: {
          // In the browser, on servers of their own.
          name: "browser",
          include: ["browser/**/*.test.ts"],
          exclude: demo,
          globalSetup: "support/global-setup.ts",
          ...inOneBrowser,
        },
      },
      {
        resolve,
        test: {
          // In the browser, one after the other on one Tieout.
          name: "demo",
          include: demo,
          globalSetup: "support/browser-setup.ts",
          ...inOneBrowser,
        },
      },
    ],
  },
});
