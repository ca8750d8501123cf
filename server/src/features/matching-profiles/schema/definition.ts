import {
  type ProfileDefinition,
  type ProfileFamily,
  type ResidualTolerances,
  signalsOf,
} from "../../../core/matching/profile.ts";
import type { SignalName } from "../../../core/matching/types.ts";
import { builder } from "../../../graphql/builder.ts";
import { signalLabel } from "../signal-label.ts";

export const ProfileFamilyType = builder.enumType("ProfileFamily", {
  description: "What a scoring profile decides about.",
  values: {
    INVOICE: { value: "invoice", description: "Invoices and expenses." },
    DEMAND: { value: "demand", description: "Demands of blocks." },
  } as const,
});

interface SignalPoints {
  readonly signal: SignalName;
  readonly points: number;
}

const SignalPointsType = builder.objectRef<SignalPoints>("SignalPoints").implement({
  description: "What a signal adds to a score or takes from it.",
  fields: (t) => ({
    signal: t.exposeString("signal", { description: "What is compared, stable for programs." }),
    label: t.string({
      description: "What it is about, for people.",
      resolve: ({ signal }) => signalLabel(signal),
    }),
    points: t.exposeInt("points", { description: "-100 to 100." }),
  }),
});

const inHundredths = "In a currency with two decimals; in others so many of their smallest units.";

const ResidualsType = builder.objectRef<ResidualTolerances>("ProfileResiduals").implement({
  description:
    "Differences that a payment of a document beyond doubt may have and still settle it.",
  fields: (t) => ({
    roundingMax: t.field({
      type: "Decimal",
      description: `Too little or too much by rounding. ${inHundredths}`,
      resolve: ({ roundingMaxMinor }) => decimalOf(roundingMaxMinor),
    }),
    bankFeeMax: t.field({
      type: "Decimal",
      description: `A fee that a bank kept, at most. ${inHundredths}`,
      resolve: ({ bankFeeMaxMinor }) => decimalOf(bankFeeMaxMinor),
    }),
    bankFeePercent: t.exposeFloat("bankFeePercent", {
      description: "And at most so many percent.",
    }),
    discountPercents: t.field({
      type: ["Float"],
      description: "Discounts for paying by the due date that are agreed.",
      resolve: ({ discountPercents }) => [...discountPercents],
    }),
    exchangePercent: t.exposeFloat("exchangePercent", {
      description: "How far a converted payment may be from what is open.",
    }),
    shortPaymentMax: t.field({
      type: "Decimal",
      description: `What is missing from an invoice without another reason, let go, at most. ${inHundredths}`,
      resolve: ({ shortPaymentMaxMinor }) => decimalOf(shortPaymentMaxMinor),
    }),
    shortPaymentPercent: t.exposeFloat("shortPaymentPercent", {
      description: "And at most so many percent.",
    }),
  }),
});

/** A definition with the family whose signals it weighs. */
export interface DefinitionOf {
  readonly family: ProfileFamily;
  readonly definition: ProfileDefinition;
}

export const ProfileDefinitionType = builder
  .objectRef<DefinitionOf>("ProfileDefinition")
  .implement({
    description: "How pairs are scored, and from when on they are safe.",
    fields: (t) => ({
      points: t.field({
        type: [SignalPointsType],
        description: "The points of each signal that the family knows.",
        resolve: ({ family, definition }) =>
          signalsOf(family).map((signal) => ({ signal, points: definition.points[signal] })),
      }),
      automaticScoreMin: t.int({
        description: "From this score on a pair may be matched without a person.",
        resolve: ({ definition }) => definition.automaticScoreMin,
      }),
      suggestionScoreMin: t.int({
        description: "From this score on a pair is suggested.",
        resolve: ({ definition }) => definition.suggestionScoreMin,
      }),
      marginPoints: t.int({
        description: "So many points an automatic match must be better than its best alternative.",
        resolve: ({ definition }) => definition.marginPoints,
      }),
      tolerancePercent: t.int({
        description: "How far an amount may be from what is open and count as near it.",
        resolve: ({ definition }) => definition.tolerancePercent,
      }),
      ratePercent: t.float({
        description: "The same for an amount that was converted.",
        resolve: ({ definition }) => definition.ratePercent,
      }),
      dateWindowDays: t.int({
        description: "Days after the due date until the date says nothing more.",
        resolve: ({ definition }) => definition.dateWindowDays,
      }),
      earlyDaysMax: t.int({
        description: "Days before the document's date that are plausible.",
        resolve: ({ definition }) => definition.earlyDaysMax,
      }),
      neighbourDistanceMax: t.int({
        description: "A number of the series this near is another document rather than a slip.",
        resolve: ({ definition }) => definition.neighbourDistanceMax,
      }),
      residuals: t.field({
        type: ResidualsType,
        description: "Differences that are let go, each with its reason.",
        resolve: ({ definition }) => definition.residuals,
      }),
    }),
  });

const SignalPointsInput = builder.inputType("SignalPointsInput", {
  description: "The points of a signal.",
  fields: (t) => ({
    signal: t.string({ required: true, description: "Which, by its stable name." }),
    points: t.int({ required: true, description: "-100 to 100." }),
  }),
});

const ProfileResidualsInput = builder.inputType("ProfileResidualsInput", {
  description:
    "Differences that a payment of a document beyond doubt may have and still settle it.",
  fields: (t) => ({
    roundingMax: t.field({
      type: "Decimal",
      required: true,
      description: `Up to 10.00. ${inHundredths}`,
    }),
    bankFeeMax: t.field({
      type: "Decimal",
      required: true,
      description: `Up to 1000.00. ${inHundredths}`,
    }),
    bankFeePercent: t.float({ required: true, description: "0 to 10." }),
    discountPercents: t.floatList({
      required: true,
      description: "Up to ten, each above 0 and at most 20.",
    }),
    exchangePercent: t.float({ required: true, description: "0 to 10." }),
    shortPaymentMax: t.field({
      type: "Decimal",
      description: `Up to 1000.00, and none for demands; none if absent. ${inHundredths}`,
    }),
    shortPaymentPercent: t.float({ description: "0 to 10, and 0 for demands; 0 if absent." }),
  }),
});

export const ProfileDefinitionInput = builder.inputType("ProfileDefinitionInput", {
  description: "How pairs are scored, and from when on they are safe. All of it.",
  fields: (t) => ({
    points: t.field({
      type: [SignalPointsInput],
      required: true,
      description: "A signal that is not named has none.",
    }),
    automaticScoreMin: t.int({
      required: true,
      description: "1 to 400. In the invoice family no amount, with a date or alone, may reach it.",
    }),
    suggestionScoreMin: t.int({ required: true, description: "1 to the automatic one." }),
    marginPoints: t.int({ required: true, description: "1 to 100." }),
    tolerancePercent: t.int({ required: true, description: "1 to 25." }),
    ratePercent: t.float({ required: true, description: "0 to 20." }),
    dateWindowDays: t.int({ required: true, description: "1 to 365." }),
    earlyDaysMax: t.int({ required: true, description: "0 to 365." }),
    neighbourDistanceMax: t.int({ description: "0 to 1000; the built-in one's if absent." }),
    residuals: t.field({
      type: ProfileResidualsInput,
      required: true,
      description: "Differences that are let go, each with its reason.",
    }),
  }),
});

function decimalOf(hundredths: number): string {
  return (hundredths / 100).toFixed(2);
}
