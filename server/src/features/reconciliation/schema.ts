/** Everything that the API has of matching, one file for each noun. */
import "./schema/match.ts";
import "./schema/candidate.ts";
import "./schema/why-not.ts";
import "./schema/mutations.ts";
import "./schema/run-list.ts";
import "./schema/undo.ts";
import "./schema/rule.ts";
import "./schema/rule-mutations.ts";
import "./schema/rule-preview.ts";
import "./schema/transfer.ts";
import "./schema/transfer-mutations.ts";
