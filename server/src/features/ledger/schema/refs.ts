import { builder } from "../../../graphql/builder.ts";
import type { LedgerAccount } from "../ledger-account.ts";

/** Declared apart from its fields: accounts name it, and it names accounts. */
export const LedgerAccountRef = builder.objectRef<LedgerAccount>("LedgerAccount");
