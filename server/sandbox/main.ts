import { BadSetting, readSettings } from "./settings.ts";
import { startSandbox } from "./start.ts";

try {
  const settings = readSettings(process.env);
  const running = await startSandbox(settings);
  const stop = () => {
    void running.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Started by a launcher: without it there is nobody left to stop this process.
  if (process.channel) process.once("disconnect", stop);
  // Last, because whoever reads it may stop this process at once.
  console.log(`sandbox bank ready at ${running.url}`);
} catch (error) {
  console.error(`sandbox bank: ${reason(error)}`);
  process.exit(1);
}

function reason(error: unknown): string {
  if (error instanceof BadSetting) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return "the port is in use: choose another with SANDBOX_PORT";
  return message;
}
