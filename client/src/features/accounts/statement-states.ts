import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleDashed from "@lucide/svelte/icons/circle-dashed";
import Clock from "@lucide/svelte/icons/clock";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import type { StatementMonth } from "./documents.ts";

/** How a month's statement stands: a word, a shape and a colour each. */
export const statementStates: Record<
  StatementMonth["state"],
  { label: string; icon: typeof Clock; look: string }
> = {
  UPCOMING: { label: "upcoming", icon: CircleDashed, look: "border-line text-muted" },
  DUE: { label: "due", icon: Clock, look: "border-transparent bg-warning-soft text-warning" },
  LATE: {
    label: "late",
    icon: TriangleAlert,
    look: "border-transparent bg-negative-soft text-negative",
  },
  DONE: {
    label: "done",
    icon: CircleCheck,
    look: "border-transparent bg-positive-soft text-positive",
  },
};
