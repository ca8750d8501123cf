import { live } from "../../lib/live.svelte.ts";
import { type ImportSummary, ImportsChangedDocument } from "./documents.ts";

interface Options {
  id?: () => string;
  after: () => string | undefined;
  reload: () => void;
  /** What changed; the cache knows it already. */
  onChange: (batches: ImportSummary[]) => void;
}

/** Keeps imports as they are on the server: their progress, their state, their figures. */
export function liveImports({ id, after, reload, onChange }: Options): void {
  live(ImportsChangedDocument, {
    variables: () => ({ id: id?.() ?? null }),
    after,
    onRefetch: reload,
    onEvent: ({ batches }) => onChange(batches),
  });
}
