import { toast } from "../../lib/toasts.svelte.ts";
import type { BankTransaction } from "../transactions/fragments.ts";
import { type Done, type Failed, hasFailed, type Result } from "./actions.ts";

/** How many decisions can be taken back, one after the other. */
const undoMax = 50;

interface Options {
  onDone: (done: Done, line: BankTransaction) => void;
  /** A decision was taken back: its lines are as they were. */
  onUndone: (done: Done) => void;
  /** It didn't go through: the line is there to decide again. Says so, where it should be said. */
  onFailed: (failed: Failed, line: BankTransaction) => void;
}

/** Decisions on lines, told as they are done and taken back where they were wrong, the last one first. */
export function decisions({ onDone, onUndone, onFailed }: Options) {
  let done: { takeBack: () => Promise<void>; toastId: number }[] = [];
  let running = $state(0);

  async function undo(entry = done.at(-1)): Promise<void> {
    if (!entry) {
      toast.info("There is nothing to undo on this page.");
      return;
    }
    done = done.filter((each) => each !== entry);
    toast.dismiss(entry.toastId);
    await entry.takeBack();
  }

  async function takeBack(decision: Done): Promise<void> {
    const result = await decision.undo();
    if (hasFailed(result)) {
      toast.error(result.message);
      return;
    }
    toast.info("Undone.");
    onUndone(result);
  }

  function note(told: string, takeBack: () => Promise<void>): void {
    // One offer to undo at a time: several would cover what is being decided next.
    const last = done.at(-1);
    if (last) toast.dismiss(last.toastId);
    const entry = { takeBack, toastId: 0 };
    entry.toastId = toast.success(told, { label: "Undo", run: () => void undo(entry) });
    done = [...done, entry].slice(-undoMax);
  }

  return {
    get busy() {
      return running > 0;
    },
    undo: () => undo(),
    /** Offers to take back what was done elsewhere, as the last decision. It says itself how that went. */
    note,
    /** @param told what was done, for the toast that offers to undo it */
    async decide(work: () => Promise<Result>, line: BankTransaction, told: string): Promise<void> {
      running += 1;
      const result = await work();
      running -= 1;
      if (hasFailed(result)) {
        onFailed(result, line);
        return;
      }
      note(told, () => takeBack(result));
      onDone(result, line);
    },
  };
}
