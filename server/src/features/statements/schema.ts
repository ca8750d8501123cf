/** What the API has of statement files. */
import "./schema/import-batch.ts";
import "./schema/recognised-line.ts";
import "./schema/list.ts";
import "./schema/mutations.ts";
import "./schema/undo.ts";
