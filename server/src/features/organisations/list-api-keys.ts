import type { App } from "../../app.ts";
import { readAsOrganisation } from "../../db/as-organisation.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { type ApiKeySummary, apiKeyColumns } from "./api-key.ts";

/** Revoked ones are kept for the record; the oldest of them fall off the list. */
const listedMax = 500;

/** The newest first. @throws Forbidden */
export async function listApiKeys(app: App, viewer: Viewer): Promise<ApiKeySummary[]> {
  authorise(viewer, "api_keys:manage");
  return readAsOrganisation(app.database, viewer.organisationId, (sql) =>
    sql.query<ApiKeySummary>(
      `SELECT ${apiKeyColumns} FROM api_key
       ORDER BY revoked_at IS NOT NULL, created_at DESC, id DESC LIMIT ${listedMax}`,
    ),
  );
}
