/** What the API has of accounting packages. */
import "./schema/connection.ts";
import "./schema/connection-mutations.ts";
import "./schema/feed.ts";
import "./schema/feed-mutations.ts";
import "./schema/line-mutations.ts";
import "./schema/payment.ts";
import "./schema/target.ts";
import "./schema/transaction.ts";
