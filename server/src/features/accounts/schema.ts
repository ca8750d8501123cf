/** What the API has of financial accounts beyond their connections: paths, statements, mapping, balances. */
import "./schema/account-fields.ts";
import "./schema/mutations.ts";
import "./schema/statement-month.ts";
