import { asOrganisation } from "../db/as-organisation.ts";
import type { Database } from "../db/client.ts";

/** The most events that go in one transaction. */
const trimmedMax = 5_000;

/**
 * Deletes an organisation's events that are older than `before`, oldest first, so that what stays has no gap.
 * @returns how many went; `trimmedMax` at most
 */
export async function trimEvents(
  database: Database,
  organisationId: string,
  before: Date,
): Promise<number> {
  return asOrganisation(database, organisationId, async (tx) => {
    const rows = await tx.query<{ count: bigint }>(
      `WITH last AS (
         -- Everything up to the newest of the old ones: commit order and clock order may differ by a little.
         SELECT max(seq) AS seq FROM (
           SELECT seq, created_at FROM event WHERE organisation_id = $1 ORDER BY seq LIMIT $3
         ) AS oldest WHERE created_at < $2
       ), gone AS (
         DELETE FROM event USING last
         WHERE organisation_id = $1 AND event.seq <= last.seq RETURNING 1
       )
       SELECT count(*) AS count FROM gone`,
      [organisationId, before, trimmedMax],
    );
    return Number(rows[0]?.count ?? 0n);
  });
}
