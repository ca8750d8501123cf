import type { CurrencyCode } from "../../../../server/src/core/currencies.ts";
import type { LocalDate } from "../../../../server/src/core/dates.ts";
import type { LabelledRate } from "./labelled-set.ts";
import type { NoiseProfile } from "./noise-profile.ts";
import type { Random } from "./random.ts";

/** A year's daily rates: what one unit of each foreign currency is worth at home. */
export type Rates = {
  readonly rows: readonly LabelledRate[];
  /** Minor units of the foreign currency as minor units at home on that day; both have two digits. */
  readonly atHome: (foreignMinor: bigint, currency: CurrencyCode, day: LocalDate) => bigint;
};

const dailyChangeMax = 0.006;

/** A random walk on working days and weekends alike; given to six digits, as central banks do. */
export function generateRates(
  profile: NoiseProfile,
  days: readonly LocalDate[],
  random: Random,
): Rates {
  const rows: LabelledRate[] = [];
  const byDay = new Map<string, number>();
  for (const { currency, worth } of profile.foreign) {
    let rate = worth;
    for (const day of days) {
      rate *= 1 + (random.next() - 0.5) * dailyChangeMax;
      const text = rate.toFixed(6);
      rows.push({ base: currency, quote: profile.homeCurrency, day, rate: text });
      byDay.set(`${currency} ${day}`, Number(text));
    }
  }
  return {
    rows,
    atHome: (foreignMinor, currency, day) =>
      BigInt(Math.round(Number(foreignMinor) * (byDay.get(`${currency} ${day}`) ?? 1))),
  };
}
