import { validate as isUuid } from "uuid";
import type { App } from "../../../app.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import type { Sql } from "../../../db/sql.ts";
import type { ForwardArguments } from "../../keyset-page.ts";
import { type KeysetRequest, keysetCursor, keysetPage, keysetRequest } from "../../keyset-page.ts";
import type { Page } from "../../paging.ts";
import type { Match } from "../match.ts";
import { readMatches } from "../read-matches.sql.ts";

/** A page of a run's matches; the count reads them all, so only when it is called. */
export interface RunMatchPage extends Page<Match> {
  countAll(): Promise<number>;
}

/** One page of one run's matches, as it is asked for. */
export interface RunMatchRequest {
  readonly runId: string;
  readonly page: KeysetRequest;
}

/** @throws InvalidInput */
export function runMatchRequest(runId: string, args: ForwardArguments): RunMatchRequest {
  return { runId, page: keysetRequest(args, (parts) => parts.length === 1 && isUuid(parts[0])) };
}

/**
 * The pages of several runs' matches in two statements, in the order in which they were made; void ones too.
 * @returns in the order of the requests
 */
export async function listRunMatches(
  app: Pick<App, "database">,
  organisationId: string,
  requests: readonly RunMatchRequest[],
): Promise<RunMatchPage[]> {
  return readAsOrganisation(app.database, organisationId, async (sql) => {
    const found = await sql.query<{ place: number; id: string }>(
      `SELECT r.place::int AS place, m.id
       FROM unnest($1::uuid[], $2::uuid[], $3::int[]) WITH ORDINALITY AS r (run_id, after, count, place)
       CROSS JOIN LATERAL (
         SELECT id FROM match WHERE run_id = r.run_id AND (r.after IS NULL OR id > r.after) ORDER BY id LIMIT r.count
       ) m`,
      [
        requests.map(({ runId }) => runId),
        requests.map(({ page }) => page.after?.[0] ?? null),
        requests.map(({ page }) => page.count + 1),
      ],
    );
    const matches = await readMatches(sql, [...new Set(found.map(({ id }) => id))]);
    const byId = new Map(matches.map((match) => [match.id, match]));
    return requests.map(({ runId, page }, index) => {
      const own = found.filter(({ place }) => place === index + 1).map(({ id }) => id);
      const rows = own.sort().flatMap((id) => byId.get(id) ?? []);
      return {
        ...keysetPage(page, rows),
        countAll: () =>
          readAsOrganisation(app.database, organisationId, (again) => countMatches(again, runId)),
      };
    });
  });
}

export function runMatchCursor({ id }: Match): string {
  return keysetCursor([id]);
}

async function countMatches(sql: Sql, runId: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM match WHERE run_id = $1",
    [runId],
  );
  return row?.count ?? 0;
}
