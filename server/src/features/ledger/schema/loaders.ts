import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { readLedgerAccounts } from "../list-ledger-accounts.ts";
import { readMappedAccounts } from "../mapped-accounts.ts";

/** A ledger account by id, with all others that one level asks for. */
export const loadLedgerAccount = batched((context, ids) =>
  readLedgerAccounts(context.app, viewerOf(context), ids),
);

/** What is mapped to a ledger account, with that of all others that one level asks for. */
export const loadMappedAccounts = batched((context, ids) =>
  readMappedAccounts(context.app, viewerOf(context), ids),
);
