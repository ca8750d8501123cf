import { defineConfig } from "vitest/config";

/** Only what needs the shared database pays for it. */
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
          // These start PostgreSQL and whole Tieouts of their own.
          name: "launch",
          include: ["launch/**/*.test.ts"],
          testTimeout: 90_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["**/*.test.ts"],
          exclude: [
            "**/node_modules/**",
            "core/**",
            "launch/**",
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
