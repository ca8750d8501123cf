import { readFileSync } from "node:fs";
import path from "node:path";
import { type Passwords, superuserName } from "../../server/launch/embedded-postgres.ts";
import { preparePostgresHome } from "../../server/launch/postgres-home.ts";
import { withLogin } from "../../server/src/db/roles.ts";

/**
 * The database of a Tieout that runs on this data folder, as a superuser, who sees every tenant. For looking at what is
 * really stored: the product itself never signs in like this.
 */
export function adminUrlOf(dataFolder: string): string {
  const record = JSON.parse(readFileSync(path.join(dataFolder, "postgres.json"), "utf8")) as {
    id: string;
    passwords: Passwords;
  };
  const { folder } = preparePostgresHome(dataFolder, record.id);
  const lines = readFileSync(path.join(folder, "data", "postmaster.pid"), "utf8").split("\n");
  // The fourth line is the port (src/include/utils/pidfile.h).
  const address = `postgres://127.0.0.1:${lines[3]?.trim()}/postgres`;
  return withLogin(address, superuserName, record.passwords.superuser, "tieout");
}
