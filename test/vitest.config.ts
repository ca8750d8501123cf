import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/**
 * The file that Node itself takes for "graphql". Vite would take the package's second build, and a schema made
 * with one build cannot be executed with the other.
 */
const resolve = {
  alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") }],
};

/**
 * Only what needs the shared database pays for it. Where files are not isolated, a worker keeps its modules from one to
 * the next: no file mocks one or leaves something in one, and reading the server anew for each took half of the time.
 */
export default defineConfig({
  test: {
    // One more than Vitest takes by itself on two cores: tests wait for PostgreSQL and for HTTP most of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve,
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
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        test: {
          name: "browser",
          include: ["browser/**/*.test.ts"],
          globalSetup: ["support/global-setup.ts", "support/browser-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
