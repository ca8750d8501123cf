import { live } from "../../../lib/live.svelte.ts";
import { type Replay, ReplaysChangedDocument } from "./documents.ts";

interface Options {
  after: () => string | undefined;
  reload: () => void;
  /** What changed; the cache knows it already. */
  onChange: (replays: Replay[]) => void;
}

/** Keeps replays as they are on the server: their progress and what came of them. */
export function liveReplays({ after, reload, onChange }: Options): void {
  live(ReplaysChangedDocument, {
    after,
    onRefetch: reload,
    onEvent: ({ replays }) => {
      if (replays.length > 0) onChange(replays);
    },
  });
}
