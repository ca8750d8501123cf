import assert from "node:assert/strict";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import type { Database } from "../../db/client.ts";
import type { OrganisationSummary } from "./memberships.ts";

/** The organisation itself, as its own tenant. */
export async function readOrganisation(
  database: Database,
  organisationId: string,
): Promise<OrganisationSummary> {
  const [row] = await readAsOrganisation(database, organisationId, (sql) =>
    sql.query<OrganisationSummary>(
      `SELECT id, name, base_currency AS "baseCurrency", time_zone AS "timeZone" FROM organisation`,
    ),
  );
  assert(row, "a viewer's organisation exists");
  return row;
}
