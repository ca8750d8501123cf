import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { authorise } from "../../viewer.ts";
import { readOpenItems } from "../read-open-items.ts";

/** An open item by id, with all others that one level asks for. */
export const loadOpenItem = batched((context, ids) => {
  const viewer = viewerOf(context);
  authorise(viewer, "open_items:read");
  return readAsOrganisation(context.app.database, viewer.organisationId, async (sql) => {
    const rows = await readOpenItems(sql, ids);
    return new Map(rows.map((row) => [row.id, row]));
  });
});
