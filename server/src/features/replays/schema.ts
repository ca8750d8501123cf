/** What the API has of replays. */
import "./schema/replay.ts";
import "./schema/mutations.ts";
