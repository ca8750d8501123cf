import { type HeldCount, planPush } from "../../../core/accounting/plan-push.ts";
import { holdReasons, type PushableLine } from "../../../core/accounting/push-rules.ts";
import { type UnsentDay, unworded } from "./unsent-lines.sql.ts";

/** Days of lines that go now, the oldest first, and how many do not and why. */
export interface PlannedDays {
  readonly due: readonly UnsentDay[];
  readonly lines: number;
  readonly totalMinor: bigint;
  readonly held: readonly HeldCount[];
}

/**
 * Decides on days of lines as planPush does on lines: those of a day that are alike stand for one line.
 * @param days in their order, a day in two where what follows an open line of it waits for that
 */
export function planDays(
  days: readonly UnsentDay[],
  plan: Omit<Parameters<typeof planPush>[0], "lines" | "settled">,
): PlannedDays {
  const byId = new Map(days.map((day, at) => [String(at).padStart(digits, "0"), day]));
  const asLines = [...byId].map(([transactionId, day]): PushableLine => {
    const { bookedOn, amountMinor, pending, reconciled } = day;
    return { transactionId, bookedOn, amountMinor, pending, reconciled, ...unworded };
  });
  const { batches, held } = planPush({ ...plan, lines: asLines, settled: new Set() });
  const of = ({ transactionId }: { readonly transactionId: string }) => {
    const day = byId.get(transactionId);
    return day ? [day] : [];
  };
  const due = batches.flat().flatMap(of);
  return {
    due,
    lines: count(due),
    totalMinor: due.reduce((sum, day) => sum + day.amountMinor, 0n),
    held: holdReasons.flatMap((reason): HeldCount[] => {
      const those = held.filter((line) => line.reason === reason).flatMap(of);
      const inOrder = those.map((day) => day.bookedOn).sort();
      const [firstOn] = inOrder;
      const lastOn = inOrder.at(-1);
      if (firstOn === undefined || lastOn === undefined) return [];
      return [{ reason, lines: count(those), firstOn, lastOn }];
    }),
  };
}

/** Texts that are ordered as their numbers are. */
const digits = 9;

function count(days: readonly UnsentDay[]): number {
  return days.reduce((sum, day) => sum + day.lines, 0);
}
