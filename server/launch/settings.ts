/** The settings of one start: the environment, a .env file below it, the command line above it. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Config, loadConfig } from "../src/config.ts";
import { LaunchError } from "./launch-error.ts";
import { inRepository } from "./repository.ts";

export type Settings = {
  config: Config;
  /** What the processes that are started inherit. */
  env: NodeJS.ProcessEnv;
  reset: boolean;
};

/**
 * @param args of the command line, such as `--port 4500 --reset`
 * @throws LaunchError, ConfigError
 */
export function readSettings(args: string[]): Settings {
  const { port, reset } = parse(args);
  loadEnvFile();
  const env = { ...process.env };
  if (port !== undefined) env.PORT = port;
  return { config: loadConfig(env), env, reset };
}

/** Variables that are set already win over the file's. */
export function loadEnvFile(): void {
  const file = inRepository(".env");
  if (!existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch (error) {
    throw new LaunchError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function parse(args: string[]): { port: string | undefined; reset: boolean } {
  try {
    const { values } = parseArgs({
      // Some package managers pass the separator on.
      args: args.filter((arg) => arg !== "--"),
      options: { port: { type: "string" }, reset: { type: "boolean", default: false } },
    });
    return { port: values.port, reset: values.reset };
  } catch (error) {
    const [reason] = (error as Error).message.split(". ");
    throw new LaunchError(`${reason}: there are --port <number> and --reset`);
  }
}
