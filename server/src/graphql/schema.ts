import "./scalars.ts";
import "./problems.ts";
import "../features/accounting/schema.ts";
import "../features/accounts/schema.ts";
import "../features/announcements/schema.ts";
import "../features/audit/schema.ts";
import "../features/blocks/schema.ts";
import "../features/calendar/schema.ts";
import "../features/connections/schema.ts";
import "../features/organisations/schema.ts";
import "../features/dashboard/schema.ts";
import "../features/documents/schema.ts";
import "../features/learning/schema.ts";
import "../features/ledger/schema.ts";
import "../features/matching-profiles/schema.ts";
import "../features/rates/schema.ts";
import "../features/reconciliation/schema.ts";
import "../features/replays/schema.ts";
import "../features/statements/schema.ts";
import "../features/transactions/schema.ts";
import { builder } from "./builder.ts";
import "./subscriptions.ts";

/** The whole API. Each feature's schema is named here once. */
export const schema = builder.toSchema({ sortSchema: true });
