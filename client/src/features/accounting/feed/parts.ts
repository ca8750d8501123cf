import type { TabItem } from "../../../lib/ui/Tabs.svelte";
import { href } from "../../../routes.ts";
import type { Feed, FeedLineState } from "./documents.ts";

export type Part = "due" | "pushes" | "lines" | "arrived";

/** The parts of a feed's page, with what waits for a person in each. */
export function partsFor({ counts, lastCheck }: Feed): (TabItem & { value: Part })[] {
  const differing = counts.missing + counts.changed + (lastCheck?.unexpected ?? 0);
  return [
    { value: "due", label: "To push", count: counts.due },
    { value: "pushes", label: "Pushes" },
    {
      value: "lines",
      label: "Lines",
      ...(counts.rejected > 0 ? { count: counts.rejected, urgent: true } : {}),
    },
    {
      value: "arrived",
      label: "What arrived",
      ...(differing > 0 ? { count: differing, urgent: true } : {}),
    },
  ];
}

export function partOf(search: URLSearchParams, parts: { value: Part }[]): Part {
  return parts.find(({ value }) => value === search.get("part"))?.value ?? "due";
}

function feedAddress(id: string): string {
  return href("/finance/accounting/feeds/:id", { id });
}

export function pushAddress(feedId: string, pushId: string): string {
  return `${feedAddress(feedId)}?part=pushes&push=${pushId}`;
}

export function pushesAddress(feedId: string): string {
  return `${feedAddress(feedId)}?part=pushes`;
}

export function linesAddress(feedId: string, state: FeedLineState): string {
  return `${feedAddress(feedId)}?part=lines&state=${state.toLowerCase()}`;
}
