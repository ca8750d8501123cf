/** The job queue's own schema: made by the owner, opened to the server's role. */
import { Logger, runMigrations } from "graphile-worker";
import type pg from "pg";
import { serverRole } from "./roles.ts";

/**
 * Graphile Worker expects to run as its schema's owner and puts row-level security without a policy
 * on its tables. The server's role is not the owner, so it gets rights and a policy for each. Jobs
 * are no tenant's rows: an operation names its tenant when it runs.
 */
export async function migrateJobs(client: pg.Client, ownerUrl: string): Promise<void> {
  await runMigrations({ connectionString: ownerUrl, logger: new Logger(() => () => {}) });
  await client.query(`
    GRANT USAGE ON SCHEMA graphile_worker TO ${serverRole};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO ${serverRole};
    REVOKE INSERT, UPDATE, DELETE ON graphile_worker.migrations FROM ${serverRole};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA graphile_worker TO ${serverRole};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO ${serverRole};
    DO $$
    DECLARE name text;
    BEGIN
      FOR name IN
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'graphile_worker'::regnamespace AND c.relrowsecurity
          AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'server')
      LOOP
        EXECUTE format(
          'CREATE POLICY server ON graphile_worker.%I TO ${serverRole} USING (true) WITH CHECK (true)',
          name);
      END LOOP;
    END $$`);
}
