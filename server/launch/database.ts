/** `pnpm database setup | migrate | check`: for a PostgreSQL of one's own. */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import pg from "pg";
import { loadConfig } from "../src/config.ts";
import { migrate, pendingMigrations } from "../src/db/migrate.ts";
import { assertRestrictedRole, setUpDatabase } from "../src/db/roles.ts";
import { LaunchError } from "./launch-error.ts";
import { reach } from "./open-database.ts";
import { runCommand } from "./run-command.ts";
import { loadEnvFile } from "./settings.ts";

const usage = `Usage:
  pnpm database setup --admin-url postgres://admin:password@host:5432/postgres [--name tieout]
      creates the database and its two roles, with new passwords, and prints their addresses
  pnpm database migrate
      brings the database at DATABASE_OWNER_URL up to date
  pnpm database check
      tells whether the role of DATABASE_URL is kept within its tenant, and what is not migrated`;

await runCommand(async () => {
  loadEnvFile();
  const [verb, ...args] = process.argv.slice(2).filter((arg) => arg !== "--");
  if (verb === "setup") return setUp(args);
  if (verb === "migrate" && args.length === 0) return migrateOwner();
  if (verb === "check" && args.length === 0) return check();
  throw new LaunchError(usage);
});

async function setUp(args: string[]): Promise<void> {
  const { adminUrl, name } = parseSetUp(args);
  const { ownerUrl, serverUrl } = await reach("--admin-url", () =>
    setUpDatabase(adminUrl, {
      database: name,
      ownerPassword: randomBytes(24).toString("base64url"),
      serverPassword: randomBytes(24).toString("base64url"),
    }),
  );
  await migrate(ownerUrl);
  console.log(`# tieout_owner owns the tables: for migrations only
DATABASE_OWNER_URL=${ownerUrl}
# tieout_server is what the server signs in as: row-level security holds for it
DATABASE_URL=${serverUrl}`);
}

function parseSetUp(args: string[]): { adminUrl: string; name: string } {
  try {
    const { values } = parseArgs({
      args,
      options: { "admin-url": { type: "string" }, name: { type: "string", default: "tieout" } },
    });
    const adminUrl = values["admin-url"];
    if (adminUrl && URL.canParse(adminUrl)) return { adminUrl, name: values.name };
  } catch {
    // An option that there is not: the usage tells which there are.
  }
  throw new LaunchError(usage);
}

async function migrateOwner(): Promise<void> {
  const ownerUrl = process.env.DATABASE_OWNER_URL;
  if (!ownerUrl) throw new LaunchError("DATABASE_OWNER_URL is missing");
  const applied = await reach("DATABASE_OWNER_URL", () => migrate(ownerUrl));
  console.log(applied.length === 0 ? "Nothing to apply" : `Applied ${applied.join(", ")}`);
}

async function check(): Promise<void> {
  const { databaseUrl } = loadConfig({ ...process.env, TIEOUT_DEMO: "true" });
  if (databaseUrl === null) throw new LaunchError("DATABASE_URL is missing");
  await reach("DATABASE_URL", async () => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      await assertRestrictedRole(client);
      const pending = await pendingMigrations(client);
      if (pending.length > 0) throw new LaunchError(`Not migrated yet: ${pending.join(", ")}`);
    } finally {
      await client.end();
    }
  });
  console.log("The server's role is restricted, row-level security is forced, nothing is pending");
}
