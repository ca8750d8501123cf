import "./schema/bank-connection.ts";
import "./schema/financial-account.ts";
import "./schema/mutations.ts";
import "./schema/webhook-tally.ts";
