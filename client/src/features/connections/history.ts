import { plural } from "../../lib/format.ts";

/** How far back the first sync goes unless somebody asks for more. */
export const historyDaysUsual = 90;

const offered = [30, 90, 180, 365, 730];

/** The choices of history up to what a provider allows, its most as the last. */
export function historyOptions(daysMax: number): { value: string; label: string }[] {
  const days = [...offered.filter((each) => each < daysMax), daysMax];
  return days.map((each) => {
    const note = each === historyDaysUsual ? " (usual)" : each === daysMax ? " (all there is)" : "";
    return { value: String(each), label: plural(each, "day") + note };
  });
}
