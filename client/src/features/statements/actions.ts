import { plural } from "../../lib/format.ts";
import { mutate, mutateOrToast } from "../../lib/mutate.ts";
import { toast } from "../../lib/toasts.svelte.ts";
import {
  ConfirmImportDocument,
  DecideImportDocument,
  type Decision,
  DiscardImportDocument,
  PartLineDocument,
  RejoinLineDocument,
  UndoImportDocument,
} from "./documents.ts";
import { layoutInput } from "./layout.ts";

/** Answers a question, or changes an answer; the file may be read again by it. */
export async function decide(id: string, decision: Decision): Promise<boolean> {
  const layout = decision.layout && layoutInput(decision.layout);
  const said = { ...decision, ...(layout ? { layout } : {}), id };
  return (await mutateOrToast(DecideImportDocument, said)) !== undefined;
}

/** Starts the writing. Answers why it was refused; undefined when it has begun. */
export async function confirm(id: string, unbalancedReason: string | null) {
  const outcome = await mutate(ConfirmImportDocument, { id, unbalancedReason });
  return outcome.ok ? undefined : outcome.message;
}

export async function discard(id: string): Promise<boolean> {
  const batch = await mutateOrToast(DiscardImportDocument, { id });
  if (batch) toast.success(`${batch.fileName} is discarded. Nothing was written.`);
  return batch !== undefined;
}

export async function undo(id: string): Promise<boolean> {
  const batch = await mutateOrToast(UndoImportDocument, { id });
  if (batch) toast.success(`${batch.fileName} is taken back: ${plural(batch.added, "line")}`);
  return batch !== undefined;
}

/** "These are two": the file's line is added beside the one that it was taken for. */
export async function partLine(batchId: string, position: number): Promise<boolean> {
  const line = await mutateOrToast(PartLineDocument, { batchId, position });
  if (line) toast.success("The line is added as one of its own");
  return line !== undefined;
}

/** Takes "these are two" back: the line that was added is removed, and its matches with it. */
export async function rejoinLine(batchId: string, position: number): Promise<boolean> {
  const line = await mutateOrToast(RejoinLineDocument, { batchId, position });
  if (line) toast.success("The two are one again");
  return line !== undefined;
}
