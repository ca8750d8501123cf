import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleDashed from "@lucide/svelte/icons/circle-dashed";
import KeyRound from "@lucide/svelte/icons/key-round";
import Unplug from "@lucide/svelte/icons/unplug";
import type { BooksStatus } from "./labels.ts";

/** Each status has a shape of its own: who doesn't see the colours tells them apart all the same. */
export const statusIcons: Record<BooksStatus, typeof CircleCheck> = {
  PENDING: CircleDashed,
  LINKED: CircleCheck,
  RECONNECT_REQUIRED: KeyRound,
  DISCONNECTED: Unplug,
};
