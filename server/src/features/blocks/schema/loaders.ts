import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { readAccountIdsOfBlocks, readBlocks } from "../list-blocks.ts";

/** The block of an account that may be seen, with all others that one level asks for. */
export const loadBlock = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    readBlocks(sql, ids),
  ),
);

/** The accounts in a block that may be seen. */
export const loadAccountIdsOfBlock = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    readAccountIdsOfBlocks(sql, ids),
  ),
);
