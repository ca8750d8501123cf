/** `pnpm dev`: as `pnpm start`, with the client from Vite and the server restarted on each change. */
import { type FSWatcher, watch } from "node:fs";
import { generateClientTypes } from "./build-client.ts";
import { freePort } from "./free-port.ts";
import { generatePrismaClient } from "./prisma-client.ts";
import { inRepository } from "./repository.ts";
import { runCommand } from "./run-command.ts";
import { readSettings } from "./settings.ts";
import { startStack } from "./stack.ts";
import { stopRequested, untilStopped } from "./until-stopped.ts";
import { startVite } from "./vite.ts";

/** Editors write a file in several steps. */
const quietMs = 150;

await runCommand(async () => {
  process.env.NODE_ENV = "development";
  const requested = stopRequested();
  const settings = readSettings(process.argv.slice(2));
  // The browser talks to Vite, which passes the API on; so Vite's address is the public one.
  const { port, release } = await freePort(settings.config.port + 1).catch(() => freePort());
  await release();
  const publicUrl = `http://localhost:${port}`;
  const stack = await startStack(
    {
      ...settings,
      config: { ...settings.config, publicUrl },
      env: { LOG_LEVEL: "info", ...settings.env, PUBLIC_URL: publicUrl },
    },
    () => Promise.all([generatePrismaClient(), generateClientTypes()]),
    requested,
  );
  const vite = await startVite(port, `http://${settings.config.host}:${settings.config.port}`);
  const watcher = onServerChange(() => stack.server.restart());
  console.log(`\n  Tieout in development: ${publicUrl}\n`);
  const failed = Promise.race([stack.failed, vite.failed]);
  const stop = async () => {
    watcher.close();
    await vite.stop();
    await stack.stop();
  };
  process.exitCode = await untilStopped({ failed, stop }, requested);
});

function onServerChange(restart: () => Promise<void>): FSWatcher {
  let timer: NodeJS.Timeout | undefined;
  let restarting = Promise.resolve();
  return watch(inRepository("server/src"), { recursive: true }, (_, file) => {
    if (!file?.endsWith(".ts")) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      console.log(`${file} changed: the server starts again`);
      restarting = restarting.then(restart).catch((error: Error) => console.error(error.message));
    }, quietMs);
  });
}
