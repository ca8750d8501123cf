import { toast } from "../../lib/toasts.svelte.ts";

interface Archivable {
  name: string;
  /** Each answers nothing where it failed and said so. */
  archive: () => Promise<unknown>;
  restore: () => Promise<unknown>;
  /** "Their demands stay." */
  stays: string;
  onChanged: () => void;
}

/** Takes something out of use, with the way back in the toast. */
export async function archive(thing: Archivable): Promise<void> {
  if (!(await thing.archive())) return;
  const undo = { label: "Undo", run: () => void restore(thing) };
  toast.success(`${thing.name} is archived. ${thing.stays}`, undo);
  thing.onChanged();
}

export async function restore({ name, restore, onChanged }: Archivable): Promise<void> {
  if (!(await restore())) return;
  toast.success(`${name} is in use again`);
  onChanged();
}
