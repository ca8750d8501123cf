import { names } from "./find-unit.ts";
import type { PreparedItem, PreparedTransaction } from "./prepare.ts";
import type { MatchingProfile } from "./profile.ts";
import type { RateTable } from "./rates.ts";
import type { NameFinding } from "./score-name.ts";
import { findNumber, type NumberFinding } from "./score-number.ts";
import { type Settlement, settle } from "./settle.ts";
import type { SignalName } from "./types.ts";

/** One transaction beside one item: what each signal found, and the points of all. Evidence is written from it. */
export type Pair = {
  readonly transaction: PreparedTransaction;
  readonly item: PreparedItem;
  readonly profile: MatchingProfile;
  readonly amount: Settlement;
  readonly number: NumberFinding | null;
  readonly name: NameFinding | null;
  readonly date: DateFinding | null;
  readonly units: readonly UnitSignal[];
  readonly score: number;
};

export type UnitSignal = Extract<
  SignalName,
  "unit_in_reference" | "surname_in_reference" | "unit_in_description"
>;

export type DateFinding = {
  readonly signal: Extract<SignalName, `date_${string}`>;
  readonly share: number;
  readonly distance: number;
};

/** Points of a finding: whole ones. */
export function pointsOf(
  profile: MatchingProfile,
  { signal, share }: { readonly signal: SignalName; readonly share: number },
): number {
  return Math.round(profile.points[signal] * share);
}

/**
 * Compares a transaction with an item by the item's profile. Direction and blocks are the caller's. Null where they are
 * in two currencies and no rate is loaded.
 * @param name what is known of the payer and the item's client (see `compareNames`)
 */
export function comparePair(
  transaction: PreparedTransaction,
  item: PreparedItem,
  profile: MatchingProfile,
  name: NameFinding | null,
  rates: RateTable | undefined,
): Pair | null {
  const amount = settle(transaction, item, profile, rates);
  if (amount === null) return null;
  if (profile.family === "demand") return compareDemand(transaction, item, profile, amount);
  const isClientNamed =
    name !== null && name.share >= nameShareMin && name.signal !== "name_differs";
  const number = findNumber(transaction, item, profile, isClientNamed);
  const date = findDate(transaction, item, profile);
  const score =
    profile.points[amount.signal] +
    (number === null ? 0 : pointsOf(profile, number)) +
    (name === null ? 0 : pointsOf(profile, name)) +
    (date === null ? 0 : pointsOf(profile, date));
  return { transaction, item, profile, amount, number, name, date, units: noUnits, score };
}

/** From this share on a name is more than some of its words. */
const nameShareMin = 0.8;

const noUnits: readonly UnitSignal[] = [];

function compareDemand(
  transaction: PreparedTransaction,
  item: PreparedItem,
  profile: MatchingProfile,
  amount: Settlement,
): Pair {
  const { points } = profile;
  const units = unitSignalsOf(transaction, item).filter((signal) => points[signal] !== 0);
  const found = findNumber(transaction, item, profile);
  const number = found !== null && points[found.signal] !== 0 ? found : null;
  const day = findDate(transaction, item, profile);
  const date = day !== null && points[day.signal] !== 0 ? day : null;
  let score = points[amount.signal];
  for (const signal of units) score += points[signal];
  if (number !== null) score += pointsOf(profile, number);
  if (date !== null) score += pointsOf(profile, date);
  return { transaction, item, profile, amount, number, name: null, date, units, score };
}

function unitSignalsOf(
  { transaction: { reference, description }, texts }: PreparedTransaction,
  { unit, surname }: PreparedItem,
): UnitSignal[] {
  const found: UnitSignal[] = [];
  if (reference) {
    const words = texts.unitWords(reference);
    if (names(words, unit)) found.push("unit_in_reference");
    if (names(words, surname)) found.push("surname_in_reference");
  }
  if (names(texts.unitWords(description), unit)) found.push("unit_in_description");
  return found;
}

function findDate(
  { bookedDay }: PreparedTransaction,
  { issuedDay, dueDay }: PreparedItem,
  profile: MatchingProfile,
): DateFinding | null {
  const early = issuedDay - bookedDay;
  if (early > profile.earlyDaysMax)
    return { signal: "date_before_issue", share: 1, distance: early };
  const late = bookedDay - (dueDay ?? issuedDay);
  if (dueDay !== null && late <= 0) return { signal: "date_in_term", share: 1, distance: -late };
  // The first week after the target is as good as the day itself: transfers take days.
  const share = Math.min(1, 1 - (late - 7) / profile.dateWindowDays);
  if (share <= 0) return null;
  const signal = dueDay === null ? "date_near_issue" : "date_near_due";
  return { signal, share, distance: Math.abs(late) };
}
