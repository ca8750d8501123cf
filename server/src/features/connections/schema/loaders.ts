import { batched } from "../../../graphql/batched.ts";
import { viewerOf } from "../../../graphql/context.ts";
import { readAccounts } from "../read-accounts.ts";
import { readConnections } from "../read-connections.ts";

/** A bank connection by id, with all others that one level asks for. */
export const loadConnection = batched((context, ids) =>
  readConnections(context.app, viewerOf(context), ids),
);

/** A financial account by id, with all others that one level asks for. */
export const loadAccount = batched((context, ids) =>
  readAccounts(context.app, viewerOf(context), ids),
);
