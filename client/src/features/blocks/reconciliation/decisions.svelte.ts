import { toast } from "../../../lib/toasts.svelte.ts";
import { type Done, hasFailed, type Result } from "../../reconciliation/actions.ts";
import type { BankTransaction } from "../../transactions/fragments.ts";

/** How many decisions can be taken back, one after the other. */
const undoMax = 50;

interface Options {
  /** The lines as they are after a decision, or after it was taken back. */
  onLines: (lines: BankTransaction[]) => void;
  /** It didn't go through: the line is there to decide again. */
  onFailed: (line: BankTransaction) => void;
}

/** Decisions on lines, told as they are done and taken back where they were wrong. */
export function decisions({ onLines, onFailed }: Options) {
  let done: (Done & { toastId: number })[] = [];
  let running = $state(0);

  async function undo(entry = done.at(-1)): Promise<void> {
    if (!entry) {
      toast.info("There is nothing to undo on this page.");
      return;
    }
    done = done.filter((each) => each !== entry);
    toast.dismiss(entry.toastId);
    const result = await entry.undo();
    if (hasFailed(result)) {
      toast.error(result.message);
      return;
    }
    toast.info("Undone.");
    onLines(result.lines);
  }

  return {
    get busy() {
      return running > 0;
    },
    undo: () => undo(),
    async decide(work: () => Promise<Result>, line: BankTransaction, told: string): Promise<void> {
      running += 1;
      const result = await work();
      running -= 1;
      if (hasFailed(result)) {
        toast.error(result.message);
        onFailed(line);
        return;
      }
      onLines(result.lines);
      // One offer to undo at a time: several would cover what is being decided next.
      const last = done.at(-1);
      if (last) toast.dismiss(last.toastId);
      const entry = { ...result, toastId: 0 };
      entry.toastId = toast.success(told, { label: "Undo", run: () => void undo(entry) });
      done = [...done, entry].slice(-undoMax);
    },
  };
}
