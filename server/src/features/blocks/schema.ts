/** What the API has of blocks. */
import "./schema/block.ts";
import "./schema/mutations.ts";
