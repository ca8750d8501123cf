import CircleAlert from "@lucide/svelte/icons/circle-alert";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleHelp from "@lucide/svelte/icons/circle-question-mark";
import LoaderCircle from "@lucide/svelte/icons/loader-circle";
import Trash from "@lucide/svelte/icons/trash-2";
import Undo from "@lucide/svelte/icons/undo-2";
import type { ImportStatus } from "./documents.ts";

/** A shape for each status: colour alone tells nothing to many. */
export const statusIcons: Record<ImportStatus, typeof CircleCheck> = {
  PENDING: CircleHelp,
  PROCESSING: LoaderCircle,
  COMPLETE: CircleCheck,
  FAILED: CircleAlert,
  UNDONE: Undo,
  DISCARDED: Trash,
};
