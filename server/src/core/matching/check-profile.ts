import { type ProfileDefinition, type ProfileFamily, signalsOf } from "./profile.ts";
import type { SignalName } from "./types.ts";

/** What is wrong with one field of a profile, by its path: "points.amount_exact". */
export type ProfileFieldProblem = { readonly field: string; readonly message: string };

export const pointsMax = 100;
const scoreMax = 400;
const discountsMax = 10;

/** Field, least, most, and whether it is a whole number. */
const numbers: readonly (readonly [keyof ProfileDefinition, number, number, "whole" | "any"])[] = [
  ["automaticScoreMin", 1, scoreMax, "whole"],
  ["suggestionScoreMin", 1, scoreMax, "whole"],
  // Two equally good candidates are never told apart by guessing.
  ["marginPoints", 1, 100, "whole"],
  ["tolerancePercent", 1, 25, "whole"],
  ["ratePercent", 0, 20, "any"],
  ["dateWindowDays", 1, 365, "whole"],
  ["earlyDaysMax", 0, 365, "whole"],
  ["neighbourDistanceMax", 0, 1_000, "whole"],
];

const residualNumbers = [
  ["roundingMaxMinor", 0, 1_000, "whole"],
  ["bankFeeMaxMinor", 0, 100_000, "whole"],
  ["bankFeePercent", 0, 10, "any"],
  ["exchangePercent", 0, 10, "any"],
  ["shortPaymentMaxMinor", 0, 100_000, "whole"],
  ["shortPaymentPercent", 0, 10, "any"],
] as const;

/**
 * What keeps a definition from being used, field by field; nothing where it is sound. A profile of the invoice family
 * must never be able to match by an amount with a date alone: these say nothing about who paid what.
 */
export function checkProfile(
  family: ProfileFamily,
  definition: ProfileDefinition,
): readonly ProfileFieldProblem[] {
  const problems: ProfileFieldProblem[] = [];
  const note = (field: string, message: string | null) => {
    if (message !== null) problems.push({ field, message });
  };
  const own = signalsOf(family);
  for (const [signal, points] of Object.entries(definition.points) as [SignalName, number][]) {
    const field = `points.${signal}`;
    if (own.includes(signal)) note(field, outOf(points, -pointsMax, pointsMax, "whole"));
    else if (points !== 0) note(field, `A profile of this family does not look at ${signal}.`);
  }
  for (const [field, least, most, kind] of numbers) {
    note(field, outOf(definition[field] as number, least, most, kind));
  }
  for (const [field, least, most, kind] of residualNumbers) {
    note(`residuals.${field}`, outOf(definition.residuals[field], least, most, kind));
  }
  if (family === "demand") {
    for (const field of ["shortPaymentMaxMinor", "shortPaymentPercent"] as const) {
      if (definition.residuals[field] !== 0) {
        note(`residuals.${field}`, "What is missing from a demand is let go by a person alone.");
      }
    }
  }
  note("residuals.discountPercents", discountsProblem(definition.residuals.discountPercents));
  if (definition.suggestionScoreMin > definition.automaticScoreMin) {
    note("suggestionScoreMin", "What is matched automatically would not even be suggested.");
  }
  if (problems.length === 0 && family === "invoice") {
    note("automaticScoreMin", amountAloneProblem(definition));
  }
  return problems;
}

function outOf(value: number, least: number, most: number, kind: "whole" | "any"): string | null {
  const fits = Number.isFinite(value) && value >= least && value <= most;
  const whole = kind === "any" || Number.isInteger(value);
  if (fits && whole) return null;
  return `This is ${kind === "whole" ? "a whole number" : "a number"} from ${least} to ${most}.`;
}

function discountsProblem(percents: readonly number[]): string | null {
  if (percents.length > discountsMax) return `At most ${discountsMax} discounts.`;
  const sound = percents.every(
    (percent) => Number.isFinite(percent) && percent > 0 && percent <= 20,
  );
  if (!sound) return "A discount is above 0 and at most 20 percent.";
  return new Set(percents).size < percents.length ? "Each discount once." : null;
}

function amountAloneProblem({ points, automaticScoreMin }: ProfileDefinition): string | null {
  const most = (prefix: string) =>
    Math.max(
      0,
      ...(Object.entries(points) as [SignalName, number][])
        .filter(([signal]) => signal.startsWith(prefix))
        .map(([, own]) => own),
    );
  const [amount, date] = [most("amount_"), most("date_")];
  if (amount >= automaticScoreMin) {
    return `An amount alone would reach ${amount} points and match by itself: set this above ${amount}, or give amounts fewer points.`;
  }
  if (amount + date >= automaticScoreMin) {
    return `An amount with a fitting date would reach ${amount + date} points and match by itself, whoever paid: set this above ${amount + date}.`;
  }
  return null;
}
