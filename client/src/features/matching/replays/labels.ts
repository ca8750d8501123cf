import type { Tone } from "../../../lib/ui/tone.ts";
import type { Difference, Replay } from "./documents.ts";

export const kindLabels: Record<Replay["subject"]["kind"], string> = {
  PROFILE: "Profile",
  THRESHOLD: "Threshold",
  RULE: "Rule",
};

/** What was tried, as people call it: a built-in profile has no name or version among them. */
export function subjectLabel({ kind, label }: Pick<Replay["subject"], "kind" | "label">): string {
  if (kind === "RULE") return label;
  return label.replace(/^(?:invoice|demand)(?:, version \d+)?(?=$|,| with )/, "Built-in profile");
}

export const statusLabels: Record<Replay["status"], { label: string; tone: Tone }> = {
  RUNNING: { label: "Running", tone: "accent" },
  COMPLETE: { label: "Complete", tone: "positive" },
  FAILED: { label: "Failed", tone: "negative" },
};

export const differenceLabels: Record<Difference["kind"], { label: string; tone: Tone }> = {
  WRONG: { label: "Wrong", tone: "negative" },
  MISSED: { label: "Left to a person", tone: "warning" },
  GAINED: { label: "Newly right", tone: "positive" },
  CHANGED: { label: "Otherwise", tone: "neutral" },
};

/** `share` from 0 to 1, never rounded up to what it isn't: 99.996 % is not all. */
export function formatQuality(share: number | null): string {
  if (share === null) return "–";
  return new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 2 }).format(
    Math.floor(share * 10_000 + 1e-6) / 10_000,
  );
}
