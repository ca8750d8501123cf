/** Everything that the API has of matching, one file for each noun. */
import "./schema/match.ts";
import "./schema/candidate.ts";
import "./schema/mutations.ts";
import "./schema/run-list.ts";
import "./schema/undo.ts";
