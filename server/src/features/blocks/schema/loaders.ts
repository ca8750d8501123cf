import { readAsOrganisation } from "../../../db/as-organisation.ts";
import type { Sql } from "../../../db/sql.ts";
import { batched } from "../../../graphql/batched.ts";
import { type Context, viewerOf } from "../../../graphql/context.ts";
import { authorise } from "../../viewer.ts";
import { readAccountIdsOfBlocks, readBlocks } from "../list-blocks.ts";
import {
  readOutstandingOfBlocks,
  readOutstandingOfLeaseholders,
  readOutstandingOfUnits,
} from "../read-outstanding.sql.ts";
import {
  readBlockCounts,
  readLeaseholders,
  readLeaseholdersOfBlocks,
  readLeaseholdersOfUnits,
  readUnits,
  readUnitsOfBlocks,
} from "../read-units.ts";

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

/** Units, leaseholders and what they owe need to see the open items. */
function seen<Value>(
  read: (sql: Sql, ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): (context: Context, key: string) => Promise<Value | undefined> {
  return batched((context, ids) => {
    const viewer = viewerOf(context);
    authorise(viewer, "open_items:read");
    return readAsOrganisation(context.app.database, viewer.organisationId, (sql) => read(sql, ids));
  });
}

export const loadUnit = seen(readUnits);
export const loadLeaseholder = seen(readLeaseholders);
export const loadUnitsOfBlock = seen(readUnitsOfBlocks);
export const loadLeaseholdersOfBlock = seen(readLeaseholdersOfBlocks);
export const loadLeaseholdersOfUnit = seen(readLeaseholdersOfUnits);
export const loadBlockCounts = seen(readBlockCounts);
export const loadOutstandingOfBlock = seen(readOutstandingOfBlocks);
export const loadOutstandingOfUnit = seen(readOutstandingOfUnits);
export const loadOutstandingOfLeaseholder = seen(readOutstandingOfLeaseholders);
