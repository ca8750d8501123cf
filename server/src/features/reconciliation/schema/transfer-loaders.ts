import { readAsOrganisation } from "../../../db/as-organisation.ts";
import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { findTransferCandidates } from "../transfers/find-transfer-candidates.ts";
import { readTransfersOfTransactions } from "../transfers/transfer.ts";

/** The live transfer of a bank transaction that may be seen. */
export const loadTransferOfTransaction = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    readTransfersOfTransactions(sql, ids),
  ),
);

/** What could be the other side of a bank transaction that may be seen. */
export const loadTransferCandidates = batched((context, ids) =>
  readAsOrganisation(context.app.database, viewerOf(context).organisationId, (sql) =>
    findTransferCandidates(sql, ids),
  ),
);
