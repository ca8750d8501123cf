import { live } from "../../../lib/live.svelte.ts";
import { type Run, RunsChangedDocument } from "./documents.ts";

interface Options {
  after: () => string | undefined;
  reload: () => void;
  /** What changed; the cache knows it already. */
  onChange: (runs: Run[]) => void;
}

/** Keeps runs of matching as they are on the server: their step, their progress, their figures. */
export function liveRuns({ after, reload, onChange }: Options): void {
  live(RunsChangedDocument, {
    after,
    onRefetch: reload,
    onEvent: ({ runs }) => {
      if (runs.length > 0) onChange(runs);
    },
  });
}
