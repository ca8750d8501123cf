/** Everything that the API has of the chart of accounts. */
import "./schema/ledger-account.ts";
import "./schema/mutations.ts";
