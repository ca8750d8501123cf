import { ConfigError } from "../src/config.ts";
import { MigrationError } from "../src/db/migrate.ts";
import { UnsafeRoleError } from "../src/db/roles.ts";
import { LaunchError } from "./launch-error.ts";

/** What a person can put right is told in a line each; anything else is a bug and keeps its stack. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(describe(error));
    process.exitCode = 1;
  }
}

function describe(error: unknown): string {
  const known = [ConfigError, LaunchError, MigrationError, UnsafeRoleError];
  if (error instanceof Error && known.some((kind) => error instanceof kind)) return error.message;
  const { code, message, path } = error as NodeJS.ErrnoException;
  if ((code === "EACCES" || code === "EROFS" || code === "ENOSPC") && path) return message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
