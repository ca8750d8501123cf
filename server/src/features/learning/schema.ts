/** What the API has of what was learned. */
import "./schema/alias.ts";
import "./schema/declined.ts";
import "./schema/payer-record.ts";
