import { defineConfig } from "vitest/config";

/** Only what needs a database pays for one: core, launch and client tests run without. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "core",
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
        test: {
          name: "integration",
          include: ["**/*.test.ts"],
          exclude: [
            "**/node_modules/**",
            "core/**",
            "client/**",
            "providers/**",
            "sandbox/**",
            "browser/**",
            "*.test.ts",
          ],
          globalSetup: "support/global-setup.ts",
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["browser/**/*.test.ts"],
          globalSetup: "support/global-setup.ts",
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
