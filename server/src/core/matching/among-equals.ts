import type { Pair } from "./compare-pair.ts";
import { isSameNumber } from "./document-number.ts";
import { namedPeriods, type Period } from "./named-periods.ts";
import { remittanceOf } from "./prepare.ts";
import { isOtherFigure } from "./score-number.ts";

/** What is due at the beginning of a period is due so many days before its first day at most. */
const daysBeforePeriod = 35;
/** And so many behind it: the second half of a quarter may belong to the next. */
const daysIntoPeriod = { month: 27, longer: 45 } as const;

/**
 * Of equal items of one client or unit, those that the texts do not mean: where they name another of them by its number,
 * or by its period. No points come of it: equals stay equals but for this.
 */
export function passedOver(pairs: readonly Pair[]): ReadonlySet<Pair> {
  const passed = new Set<Pair>();
  if (pairs.length < 2) return passed;
  const groups = new Map<string, Pair[]>();
  for (const pair of pairs) {
    if (pair.item.openMinor !== pair.transaction.openMinor) continue;
    const { item, name, unit } = pair.item;
    const key = `${item.kind} ${item.currency} ${name.key} ${unit ?? ""}`;
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [pair]);
    else own.push(pair);
  }
  for (const equals of groups.values()) {
    const meant = equals.length < 2 ? null : onlyMeant(equals);
    if (meant !== null) for (const pair of equals) if (pair !== meant) passed.add(pair);
  }
  return passed;
}

function onlyMeant(equals: readonly Pair[]): Pair | null {
  const named = equals.filter(({ transaction, item: { number } }) =>
    transaction.spans.some(
      (span) =>
        number.strong &&
        isSameNumber(span, number) &&
        !isOtherFigure(span, transaction.transaction),
    ),
  );
  if (named.length > 0) return only(named);
  const { transaction, bookedDay } = (equals[0] as Pair).transaction;
  const periods = namedPeriods(remittanceOf(transaction), bookedDay);
  const [period, ...others] = periods;
  if (period === undefined || others.length > 0) return null;
  const told = equals.filter(({ item }) =>
    namedPeriods(item.number.text, item.issuedDay).some((one) => isSame(one, period)),
  );
  if (told.length > 0) return only(told);
  // Of a period that is over, a document of its beginning may be the one before it, sent afterwards.
  if (period.endDay < bookedDay) return null;
  const { month, longer } = daysIntoPeriod;
  const lastDay = period.startDay + (period.months === 1 ? month : longer);
  return only(
    equals.filter(({ item: { dueDay, issuedDay } }) => {
      const day = dueDay ?? issuedDay;
      return (
        issuedDay <= lastDay &&
        day >= period.startDay - (period.months === 1 ? 5 : daysBeforePeriod) &&
        day <= lastDay
      );
    }),
  );
}

function isSame(a: Period, b: Period): boolean {
  return a.startDay === b.startDay && a.endDay === b.endDay;
}

function only(pairs: readonly Pair[]): Pair | null {
  return pairs.length === 1 ? (pairs[0] as Pair) : null;
}
