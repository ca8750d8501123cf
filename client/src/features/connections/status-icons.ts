import Ban from "@lucide/svelte/icons/ban";
import CircleAlert from "@lucide/svelte/icons/circle-alert";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleDashed from "@lucide/svelte/icons/circle-dashed";
import CloudOff from "@lucide/svelte/icons/cloud-off";
import Hourglass from "@lucide/svelte/icons/hourglass";
import KeyRound from "@lucide/svelte/icons/key-round";
import RotateCw from "@lucide/svelte/icons/rotate-cw";
import Unplug from "@lucide/svelte/icons/unplug";
import type { ConnectionStatus } from "./labels.ts";

/** Each status has a shape of its own: who doesn't see the colours tells them apart all the same. */
export const statusIcons: Record<ConnectionStatus, typeof CircleCheck> = {
  PENDING: CircleDashed,
  IN_PROGRESS: Hourglass,
  ACTIVE: CircleCheck,
  PARTIALLY_ACTIVE: CircleAlert,
  RECONNECT_REQUIRED: KeyRound,
  RECONNECT_AVAILABLE: RotateCw,
  DEGRADED: CloudOff,
  EXPIRED: Ban,
  DELETED: Unplug,
};
