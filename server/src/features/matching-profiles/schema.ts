/** What the API has of scoring profiles. */
import "./schema/profile.ts";
import "./schema/choice.ts";
import "./schema/mutations.ts";
