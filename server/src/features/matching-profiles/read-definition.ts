import { z } from "zod";
import { checkProfile, type ProfileFieldProblem } from "../../core/matching/check-profile.ts";
import {
  builtInProfiles,
  type ProfileDefinition,
  type ProfileFamily,
} from "../../core/matching/profile.ts";
import { signalNames } from "../../core/matching/types.ts";
import { ProfileProblem } from "./profile-problem.ts";

/** A definition as callers give it: points as a list, limits of amounts as decimals of a currency with two of them. */
const given = z.object({
  points: z.array(
    z.object({
      signal: z.string().pipe(z.enum(signalNames, { error: "There is no such signal." })),
      points: z.number(),
    }),
  ),
  automaticScoreMin: z.number(),
  suggestionScoreMin: z.number(),
  marginPoints: z.number(),
  tolerancePercent: z.number(),
  ratePercent: z.number(),
  dateWindowDays: z.number(),
  earlyDaysMax: z.number(),
  neighbourDistanceMax: z.number().nullish(),
  residuals: z.object({
    roundingMax: hundredths(),
    bankFeeMax: hundredths(),
    bankFeePercent: z.number(),
    discountPercents: z.array(z.number()),
    exchangePercent: z.number(),
    shortPaymentMax: hundredths().nullish(),
    shortPaymentPercent: z.number().nullish(),
  }),
});

export type GivenDefinition = z.input<typeof given>;

/**
 * A sound definition from what a caller gave. A signal that is not named has no points.
 * @throws ProfileProblem with all that is wrong, field by field
 */
export function readDefinition(family: ProfileFamily, input: GivenDefinition): ProfileDefinition {
  const parsed = given.safeParse(input);
  if (!parsed.success) throw new ProfileProblem(parsed.error.issues.map(problemOf(input)));
  const { points, residuals, neighbourDistanceMax, ...rest } = parsed.data;
  const { roundingMax, bankFeeMax, shortPaymentMax, shortPaymentPercent, ...others } = residuals;
  const none = Object.fromEntries(signalNames.map((signal) => [signal, 0]));
  const named = Object.fromEntries(points.map((one) => [one.signal, one.points]));
  const definition: ProfileDefinition = {
    ...rest,
    neighbourDistanceMax: neighbourDistanceMax ?? builtInProfiles[family].neighbourDistanceMax,
    points: { ...none, ...named } as ProfileDefinition["points"],
    residuals: {
      ...others,
      roundingMaxMinor: roundingMax,
      bankFeeMaxMinor: bankFeeMax,
      shortPaymentMaxMinor: shortPaymentMax ?? 0,
      shortPaymentPercent: shortPaymentPercent ?? 0,
    },
  };
  const twice = points.filter((one, at) => points.findIndex((p) => p.signal === one.signal) < at);
  const problems: ProfileFieldProblem[] = [
    ...twice.map(({ signal }) => ({ field: `points.${signal}`, message: "Each signal once." })),
    ...checkProfile(family, definition).map(asGiven),
  ];
  if (problems.length > 0) throw new ProfileProblem(problems);
  return definition;
}

/** Callers give decimals where core has minor units. */
function asGiven({ field, message }: ProfileFieldProblem): ProfileFieldProblem {
  return { field: field.replace(/Minor$/, ""), message };
}

/** "0.05" as 5. */
function hundredths() {
  return z
    .string()
    .regex(/^\d{1,9}(\.\d{1,2}0*)?$/, { error: "This is an amount such as 0.05." })
    .transform((text) => {
      const [whole = "", fraction = ""] = text.split(".");
      return Number(whole) * 100 + Number(fraction.slice(0, 2).padEnd(2, "0"));
    });
}

/** Points are told of by their signal, not by their place in the list. */
function problemOf(input: GivenDefinition) {
  return ({ path, message }: z.core.$ZodIssue): ProfileFieldProblem => {
    const [first, at] = path;
    const signal = first === "points" && typeof at === "number" ? input.points[at]?.signal : null;
    const field = signal ? `points.${String(signal).slice(0, 60)}` : path.join(".");
    return { field, message };
  };
}
