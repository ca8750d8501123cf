import { addDays, weekday } from "./calendar.ts";
import { randomFrom } from "./random.ts";

/** One unit of the base in units of the quote, as text with four decimals. */
export interface StoryRate {
  base: "EUR" | "USD";
  quote: "GBP";
  day: string;
  rate: string;
}

const startsTenThousandths = { EUR: 8_610, USD: 7_740 } as const;

/**
 * The reference rates of a year's working days, which wander a little from one to the next.
 * @param today ISO date, the last day
 */
export function storyRates(today: string, seed = "tieout"): StoryRate[] {
  const days = Array.from({ length: 366 }, (_, at) => addDays(today, at - 365)).filter(
    (day) => weekday(day) % 6 !== 0,
  );
  return (["EUR", "USD"] as const).flatMap((base) => {
    const random = randomFrom(`${seed}:rates:${base}`);
    const start = startsTenThousandths[base];
    let tenThousandths: number = start;
    return days.map((day): StoryRate => {
      // Drawn back to where it began, so that no year ends far away.
      tenThousandths += random.int(-31, 31) - Math.round((tenThousandths - start) / 20);
      return { base, quote: "GBP", day, rate: `0.${tenThousandths}` };
    });
  });
}

/** What so many minor units of the currency are worth in pounds, by the last rate up to the day. */
export function inPounds(
  rates: readonly StoryRate[],
  currency: "EUR" | "USD",
  day: string,
  minor: bigint,
): bigint {
  const known = rates.filter((rate) => rate.base === currency && rate.day <= day).at(-1);
  if (known === undefined) throw new TypeError(`no rate of ${currency} on ${day}`);
  return (minor * BigInt(known.rate.slice(2)) + 5_000n) / 10_000n;
}
