/** What the API has of blocks. */
import "./schema/block.ts";
import "./schema/unit.ts";
import "./schema/mutations.ts";
import "./schema/unit-mutations.ts";
import "./schema/figures.ts";
import "./schema/load.ts";
