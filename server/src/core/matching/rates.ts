import { type CurrencyCode, currencyExponent } from "../currencies.ts";
import { dayNumber, type LocalDate } from "../dates.ts";
import { magnitude } from "../money.ts";

/** On that day one unit of the base was worth so many units of the quote: a plain decimal above zero. */
export type Rate = {
  readonly base: CurrencyCode;
  readonly quote: CurrencyCode;
  readonly day: LocalDate;
  readonly rate: string;
};

/** Rates by pair, the oldest first. Plain data, so that it can be handed to a thread. */
export type RateTable = ReadonlyMap<string, readonly DayRate[]>;

type DayRate = { readonly dayNumber: number; readonly worth: Ratio };

/** An exact quotient; both above zero. */
type Ratio = { readonly up: bigint; readonly down: bigint };

/** Over a weekend with a holiday, and no more: an older rate says little about the day. */
export const rateAgeDaysMax = 7;
/** Digits behind the point of the rate that a payment states. */
const rateDigits = 12;

/**
 * Makes rates ready for looking up. Of two for one pair and day the one of the later place counts.
 * @throws TypeError for a rate that is no plain decimal above zero: they are checked when they are loaded
 */
export function indexRates(rates: Iterable<Rate>): RateTable {
  const byPair = new Map<string, Map<number, Ratio>>();
  for (const { base, quote, day, rate } of rates) {
    const key = pairOf(base, quote);
    const days = byPair.get(key) ?? new Map<number, Ratio>();
    byPair.set(key, days.set(dayNumber(day), ratioOf(rate)));
  }
  return new Map(
    [...byPair].map(([key, days]) => [
      key,
      [...days]
        .map(([day, worth]) => ({ dayNumber: day, worth }))
        .sort((a, b) => a.dayNumber - b.dayNumber),
    ]),
  );
}

/**
 * What an amount was worth in another currency on a day: by the latest rate of at most seven days before, read either
 * way round, or else through one currency that both have a rate with. Rounded once, half away from zero.
 * @returns the minor units and what one unit was taken for, or null where no rate says it
 */
export function convert(
  table: RateTable,
  amountMinor: bigint,
  from: CurrencyCode,
  to: CurrencyCode,
  day: LocalDate,
): { readonly amountMinor: bigint; readonly rate: string } | null {
  if (from === to) return { amountMinor, rate: "1" };
  const worth = worthOf(table, from, to, dayNumber(day));
  if (worth === null) return null;
  const scale = 10n ** BigInt(currencyExponent(to));
  const unscale = 10n ** BigInt(currencyExponent(from));
  const size = divide(magnitude(amountMinor) * worth.up * scale, worth.down * unscale);
  return { amountMinor: amountMinor < 0n ? -size : size, rate: decimalOf(worth) };
}

type Found = { readonly dayNumber: number; readonly worth: Ratio };

function worthOf(table: RateTable, from: string, to: string, day: number): Ratio | null {
  const direct = betweenTwo(table, from, to, day);
  if (direct !== null) return direct.worth;
  let best: Found | null = null;
  for (const middle of neighboursOf(table, from)) {
    if (middle === to) continue;
    const first = betweenTwo(table, from, middle, day);
    const second = first === null ? null : betweenTwo(table, middle, to, day);
    if (first === null || second === null) continue;
    const oldest = Math.min(first.dayNumber, second.dayNumber);
    // The fresher way; of two as fresh the first by name, so that the order of loading does not count.
    if (best !== null && best.dayNumber >= oldest) continue;
    const worth = {
      up: first.worth.up * second.worth.up,
      down: first.worth.down * second.worth.down,
    };
    best = { dayNumber: oldest, worth };
  }
  return best?.worth ?? null;
}

/** The later of the rate and of the one stated the other way round; on one day the one as stated. */
function betweenTwo(table: RateTable, from: string, to: string, day: number): Found | null {
  const stated = latest(table.get(pairOf(from, to)), day);
  const reverse = latest(table.get(pairOf(to, from)), day);
  if (reverse === null || (stated !== null && stated.dayNumber >= reverse.dayNumber)) return stated;
  const { up, down } = reverse.worth;
  return { dayNumber: reverse.dayNumber, worth: { up: down, down: up } };
}

function latest(rates: readonly DayRate[] | undefined, day: number): DayRate | null {
  if (rates === undefined) return null;
  let [low, high] = [0, rates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rates[middle]?.dayNumber ?? 0) <= day) low = middle + 1;
    else high = middle;
  }
  const found = rates[low - 1];
  return found !== undefined && day - found.dayNumber <= rateAgeDaysMax ? found : null;
}

const neighbours = new WeakMap<RateTable, ReadonlyMap<string, readonly string[]>>();

/** The currencies that one has rates with, by name. Worked out once for each table. */
function neighboursOf(table: RateTable, currency: string): readonly string[] {
  let known = neighbours.get(table);
  if (known === undefined) {
    const sets = new Map<string, Set<string>>();
    for (const key of table.keys()) {
      const [base = "", quote = ""] = key.split("/");
      sets.set(base, (sets.get(base) ?? new Set()).add(quote));
      sets.set(quote, (sets.get(quote) ?? new Set()).add(base));
    }
    known = new Map([...sets].map(([name, others]) => [name, [...others].sort()]));
    neighbours.set(table, known);
  }
  return known.get(currency) ?? [];
}

function pairOf(base: string, quote: string): string {
  return `${base}/${quote}`;
}

function ratioOf(rate: string): Ratio {
  const parts = /^([0-9]{1,24})(?:\.([0-9]{1,24}))?$/.exec(rate);
  const fraction = parts?.[2] ?? "";
  const up = parts === null ? 0n : BigInt(`${parts[1]}${fraction}`);
  if (up === 0n) throw new TypeError(`not a rate: ${rate.slice(0, 60)}`);
  return { up, down: 10n ** BigInt(fraction.length) };
}

function decimalOf({ up, down }: Ratio): string {
  const digits = divide(up * 10n ** BigInt(rateDigits), down)
    .toString()
    .padStart(rateDigits + 1, "0");
  const fraction = digits.slice(-rateDigits).replace(/0+$/, "");
  const whole = digits.slice(0, -rateDigits);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** Half away from zero; both at least zero. */
function divide(up: bigint, down: bigint): bigint {
  return (2n * up + down) / (2n * down);
}
