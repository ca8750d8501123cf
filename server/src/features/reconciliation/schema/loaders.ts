import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { authorise } from "../../viewer.ts";
import { readMatchOrigins } from "../match-origins.sql.ts";
import {
  readMatches,
  readMatchesOfOpenItems,
  readMatchesOfTransactions,
} from "../read-matches.sql.ts";

/** A match by id, with all others that one level asks for; void ones too. */
export const loadMatch = batched((context, ids) => {
  const viewer = viewerOf(context);
  authorise(viewer, "transactions:read");
  return readAsOrganisation(context.app.database, viewer.organisationId, async (sql) => {
    const rows = await readMatches(sql, ids);
    return new Map(rows.map((row) => [row.id, row]));
  });
});

/** The live matches of a bank transaction that may be seen. */
export const loadMatchesOfTransaction = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    readMatchesOfTransactions(sql, ids),
  ),
);

/** The live matches of an open item that may be seen. */
export const loadMatchesOfOpenItem = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    readMatchesOfOpenItems(sql, ids),
  ),
);

/** What made the live match of a bank transaction that may be seen. */
export const loadMatchOrigin = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    readMatchOrigins(sql, ids),
  ),
);
