import { validate as isUuid } from "uuid";
import type { App } from "../../../app.ts";
import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { Conditions } from "../../conditions.ts";
import {
  type ForwardArguments,
  keysetCursor,
  keysetPage,
  keysetRequest,
} from "../../keyset-page.ts";
import type { Page } from "../../paging.ts";
import { authorise, type Viewer } from "../../viewer.ts";
import { type MatchingRun, matchingRunColumns } from "./matching-run.ts";

/** A page of runs; the count reads them all, so only when it is called. */
export interface RunPage extends Page<MatchingRun> {
  countAll(): Promise<number>;
}

/**
 * One page of the organisation's runs of automatic matching, the last begun first.
 * @throws Forbidden, InvalidInput
 */
export async function listRuns(
  app: App,
  viewer: Viewer,
  request: ForwardArguments,
): Promise<RunPage> {
  authorise(viewer, "transactions:read");
  const page = keysetRequest(request, (parts) => parts.length === 1 && isUuid(parts[0]));
  const conditions = new Conditions();
  // The database keeps moments more finely than a cursor would: it compares with the row itself, which is never deleted.
  if (page.after) {
    const id = conditions.value(page.after[0]);
    conditions.add(
      `(started_at, id) < (SELECT started_at, id FROM matching_run WHERE id = ${id}::uuid)`,
    );
  }
  const limit = conditions.value(page.count + 1);
  const read = <Row extends object>(text: string, values: readonly unknown[]) =>
    readAsOrganisation(app.database, viewer.organisationId, (sql) => sql.query<Row>(text, values));
  const found = await read<MatchingRun>(
    `SELECT ${matchingRunColumns} FROM matching_run ${conditions.where()}
     ORDER BY started_at DESC, id DESC LIMIT ${limit}`,
    conditions.values,
  );
  return {
    ...keysetPage(page, found),
    countAll: async () => {
      const [row] = await read<{ count: bigint }>("SELECT count(*) FROM matching_run", []);
      return Number(row?.count ?? 0n);
    },
  };
}

export function runCursor({ id }: MatchingRun): string {
  return keysetCursor([id]);
}
