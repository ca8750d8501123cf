import type pg from "pg";

/** Everything that a tenant has, and every job, as one text: equal before and after means that nothing changed. */
export async function snapshotOf(admin: pg.Client, organisationId: string): Promise<string> {
  const lines: string[] = [];
  for (const table of await tenantTables(admin)) {
    const key = table === "organisation" ? "id" : "organisation_id";
    const { rows } = await admin.query<{ row: string }>(
      `SELECT t::text AS row FROM "${table}" t WHERE ${key} = $1 ORDER BY 1`,
      [organisationId],
    );
    lines.push(...rows.map(({ row }) => `${table} ${row}`));
  }
  const jobs = await admin.query<{ row: string }>(
    `SELECT j.task_identifier || ' ' || p.payload::text AS row FROM graphile_worker.jobs j
     JOIN graphile_worker._private_jobs p USING (id) WHERE p.payload::text LIKE $1 ORDER BY 1`,
    [`%${organisationId}%`],
  );
  return [...lines, ...jobs.rows.map(({ row }) => row)].join("\n");
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
