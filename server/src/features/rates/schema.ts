/** What the API has of exchange rates. */
import "./schema/exchange-rate.ts";
import "./schema/mutations.ts";
