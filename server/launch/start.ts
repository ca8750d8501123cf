/** `pnpm start`: everything that Tieout needs, from nothing but Node and the installed packages. */
import { demoPassword, demoSeed } from "../../prisma/seed.ts";
import type { Config } from "../src/config.ts";
import { buildClient } from "./build-client.ts";
import { generatePrismaClient } from "./prisma-client.ts";
import { runCommand } from "./run-command.ts";
import { readSettings } from "./settings.ts";
import { type Stack, startStack } from "./stack.ts";
import { stopRequested, untilStopped } from "./until-stopped.ts";

await runCommand(async () => {
  const startedAt = performance.now();
  const requested = stopRequested();
  const settings = readSettings(process.argv.slice(2));
  const prepare = () => Promise.all([generatePrismaClient(), buildClient()]);
  const stack = await startStack(settings, prepare, requested);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(welcome(settings.config, stack, seconds));
  process.exitCode = await untilStopped(stack, requested);
});

function welcome(config: Config, { sandbox, seeded }: Stack, seconds: string): string {
  const lines = ["", `  Tieout is ready at ${config.publicUrl}  (${seconds} s)`];
  if (config.kind === "demo") {
    const [ada, ...others] = demoSeed("2026-01-01").people.map(({ email }) => email);
    lines.push(
      "",
      `  Sign in as  ${ada}`,
      `  Password    ${demoPassword}`,
      `  or as       ${others.join(", ")}`,
    );
    if (sandbox) lines.push(`  The sandbox bank: ${sandbox.url}  (user_good / pass_good)`);
    lines.push(
      "",
      seeded
        ? "  The demo's books are new. `pnpm start --reset` starts over."
        : "  The demo's books are kept. `pnpm start --reset` starts over.",
    );
  }
  lines.push("  Ctrl-C stops everything.", "");
  return lines.join("\n");
}
