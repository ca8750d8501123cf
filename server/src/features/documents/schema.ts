/** Everything that the API has of open items, one file for each noun. */
import "./schema/open-item.ts";
import "./schema/list.ts";
import "./schema/mutations.ts";
import "./schema/demand.ts";
