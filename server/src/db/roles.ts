/**
 * The two database roles. `tieout_owner` owns the tables and runs the migrations, `tieout_server`
 * is what the server signs in as: it owns nothing and bypasses no policy. The names are fixed,
 * because the migrations grant to them.
 */
import pg from "pg";

export const ownerRole = "tieout_owner";
export const serverRole = "tieout_server";

/** Anything that runs a query: a pool, a client. */
export type Queryable = Pick<pg.ClientBase, "query">;

/** The server's role could see across tenants. `problems` has one line for each reason. */
export class UnsafeRoleError extends Error {
  override readonly name = "UnsafeRoleError";
  readonly code = "DATABASE_ROLE_UNSAFE";
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/**
 * Creates the roles and the database, or gives existing ones these passwords. Run again, it changes
 * nothing else.
 * @param adminUrl of a role that may create roles and databases; a superuser or a cloud's equivalent
 * @returns the addresses for DATABASE_OWNER_URL and DATABASE_URL
 */
export async function setUpDatabase(
  adminUrl: string,
  options: { database: string; ownerPassword: string; serverPassword: string },
): Promise<{ ownerUrl: string; serverUrl: string }> {
  const { database, ownerPassword, serverPassword } = options;
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await ensureRole(client, ownerRole, ownerPassword);
    await ensureRole(client, serverRole, serverPassword);
    await ensureDatabase(client, database);
  } finally {
    await client.end();
  }
  return {
    ownerUrl: withLogin(adminUrl, ownerRole, ownerPassword, database),
    serverUrl: withLogin(adminUrl, serverRole, serverPassword, database),
  };
}

/**
 * Refuses a role for which row-level security would not hold. The server calls it before it serves.
 * @throws UnsafeRoleError
 */
export async function assertRestrictedRole(connection: Queryable): Promise<void> {
  const problems = [...(await roleProblems(connection)), ...(await policyProblems(connection))];
  if (problems.length > 0) throw new UnsafeRoleError(problems);
}

async function roleProblems(connection: Queryable): Promise<string[]> {
  const { rows } = await connection.query<{
    role: string;
    superuser: boolean;
    bypasses: boolean;
    elevated: string | null;
    owned: string | null;
  }>(`
    SELECT current_user AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
      (SELECT min(o.rolname) FROM pg_roles o
        WHERE (o.rolsuper OR o.rolbypassrls) AND o.rolname <> current_user
          AND pg_has_role(current_user, o.oid, 'MEMBER')) AS elevated,
      (SELECT min(c.oid::regclass::text) FROM pg_class c
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
          AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owned
    FROM pg_roles r WHERE r.rolname = current_user`);
  const [found] = rows;
  if (!found) return ["The database does not say what its current role is"];
  const { role } = found;
  if (found.superuser)
    return [`The role ${role} is a superuser, so row-level security is off for it`];
  const problems: string[] = [];
  if (found.bypasses) problems.push(`The role ${role} bypasses row-level security`);
  if (found.elevated) problems.push(`The role ${role} can become ${found.elevated}`);
  if (found.owned) problems.push(`The role ${role} owns ${found.owned}, or can become its owner`);
  return problems;
}

/** A tenant table without forced policies. Materialised views cannot have any, so they count too. */
async function policyProblems(connection: Queryable): Promise<string[]> {
  const { rows } = await connection.query<{ name: string }>(`
    SELECT c.oid::regclass::text AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p', 'm', 'f')
      AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
      AND (c.oid = to_regclass('public.organisation') OR EXISTS (
        SELECT FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped))
    ORDER BY 1`);
  return rows.map(({ name }) => `The table ${name} does not force row-level security`);
}

async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
  const verb = rowCount === 0 ? "CREATE" : "ALTER";
  await client.query(
    `${verb} ROLE ${role} LOGIN NOCREATEDB NOCREATEROLE PASSWORD ${client.escapeLiteral(password)}`,
  );
}

async function ensureDatabase(client: pg.Client, database: string): Promise<void> {
  const name = client.escapeIdentifier(database);
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [database]);
  if (rowCount === 0) {
    const { rows } = await client.query<{ superuser: boolean; version: number }>(`
      SELECT rolsuper AS superuser, current_setting('server_version_num')::int AS version
      FROM pg_roles WHERE rolname = current_user`);
    const [admin] = rows;
    // Giving a database to a role takes membership of it, which a cloud's admin does not start with.
    if (!admin?.superuser) await client.query(`GRANT ${ownerRole} TO CURRENT_USER`);
    // The same order and case rules everywhere; before 17 there is no built-in UTF-8 locale.
    const locale =
      (admin?.version ?? 0) >= 170_000
        ? "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
        : "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'";
    await client.query(
      `CREATE DATABASE ${name} OWNER ${ownerRole} TEMPLATE template0 ENCODING 'UTF8' ${locale}`,
    );
  }
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${serverRole}`);
}

/** The same server and options, another login and database. */
export function withLogin(
  address: string,
  user: string,
  password: string,
  database: string,
): string {
  const url = new URL(address);
  url.username = user;
  url.password = encodeURIComponent(password);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}
