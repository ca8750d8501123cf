import type pg from "pg";

/** By the connection, since a statement over all tables is prepared in it once. */
const statements = new WeakMap<pg.Client, string>();

/** Everything that a tenant has, and every job, as one text: equal before and after means that nothing changed. */
export async function snapshotOf(admin: pg.Client, organisationId: string): Promise<string> {
  const text = statements.get(admin) ?? statementOver(await tenantTables(admin));
  statements.set(admin, text);
  const { rows } = await admin.query<{ row: string }>({
    ...{ name: "snapshot", text, values: [organisationId, `%${organisationId}%`] },
  });
  return rows.map(({ row }) => row).join("\n");
}

/** One for all tables: a thousand snapshots of sixty tables each are most of what the walk of foreign ids does. */
function statementOver(tables: readonly string[]): string {
  const parts = tables.map((table) => {
    const key = table === "organisation" ? "id" : "organisation_id";
    return `SELECT '${table} ' || t::text AS row FROM "${table}" t WHERE t.${key} = $1::uuid`;
  });
  const jobs = `SELECT j.task_identifier || ' ' || p.payload::text AS row FROM graphile_worker.jobs j
     JOIN graphile_worker._private_jobs p USING (id) WHERE p.payload::text LIKE $2`;
  return `${[...parts, jobs].join("\nUNION ALL ")}\nORDER BY 1`;
}

/** The tables that belong to tenants: those with organisation_id, and the organisation itself. */
export async function tenantTables(admin: Pick<pg.Client, "query">): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(`
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
      AND (c.relname = 'organisation' OR EXISTS (
        SELECT FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped))
    ORDER BY 1`);
  return rows.map(({ name }) => name);
}
