import type { Definition } from "./documents.ts";

/** One number of a profile, or a list of them: where it is, what it is called, how it is read. */
export interface ProfileField {
  /** As problems name it: "points.amount_exact", "residuals.bankFeeMax". */
  path: string;
  label: string;
  hint?: string;
  unit: "points" | "percent" | "days" | "numbers" | "amount" | "percents";
}

export interface FieldGroup {
  title: string;
  hint?: string;
  fields: ProfileField[];
}

const thresholds: FieldGroup = {
  title: "When it is safe",
  fields: [
    { path: "automaticScoreMin", label: "Matched by itself from", unit: "points" },
    {
      path: "marginPoints",
      label: "And better than the next by",
      hint: "Two that are nearly as good are shown to a person.",
      unit: "points",
    },
    { path: "suggestionScoreMin", label: "Suggested from", unit: "points" },
  ],
};

const tolerances: FieldGroup = {
  title: "What counts as near",
  fields: [
    { path: "tolerancePercent", label: "Amount, off by up to", unit: "percent" },
    { path: "ratePercent", label: "Converted amount, off by up to", unit: "percent" },
    { path: "dateWindowDays", label: "Date, after it is due by up to", unit: "days" },
    { path: "earlyDaysMax", label: "Date, before it is issued by up to", unit: "days" },
    {
      path: "neighbourDistanceMax",
      label: "Document number, off by up to",
      hint: "As near as this in a series it is another document, not a slip.",
      unit: "numbers",
    },
  ],
};

const residuals: FieldGroup = {
  title: "Differences let go",
  hint: "Only where the document is beyond doubt, in its currency. Each becomes a line of its own.",
  fields: [
    { path: "residuals.roundingMax", label: "Rounding, up to", unit: "amount" },
    { path: "residuals.bankFeeMax", label: "Bank fee, up to", unit: "amount" },
    { path: "residuals.bankFeePercent", label: "Bank fee, share up to", unit: "percent" },
    {
      path: "residuals.discountPercents",
      label: "Discounts agreed",
      hint: "Separated by commas.",
      unit: "percents",
    },
    { path: "residuals.exchangePercent", label: "Exchange difference, up to", unit: "percent" },
  ],
};

/** What is missing from a demand is let go by a person alone. */
const ofInvoices: readonly ProfileField[] = [
  {
    path: "residuals.shortPaymentMax",
    label: "Short payment, up to",
    hint: "Of an invoice that its payment names, unless another line may bring the rest. Within both limits: with 0 in either, nothing is let go.",
    unit: "amount",
  },
  { path: "residuals.shortPaymentPercent", label: "Short payment, share up to", unit: "percent" },
];

const signalGroups = [
  { title: "Amount", begins: ["amount_"] },
  { title: "Unit and leaseholder", begins: ["unit_", "surname_"] },
  { title: "Document number", begins: ["document_number_"] },
  { title: "Counterparty", begins: ["name_"] },
  { title: "Date", begins: ["date_"] },
];

/** The signals that the profile's family knows, by what they look at. */
export function pointGroups({ points }: Definition): FieldGroup[] {
  return signalGroups
    .map(({ title, begins }) => ({
      title,
      fields: points
        .filter(({ signal }) => begins.some((start) => signal.startsWith(start)))
        .map(({ signal, label }) => ({
          path: `points.${signal}`,
          label,
          unit: "points" as const,
        })),
    }))
    .filter(({ fields }) => fields.length > 0);
}

/** What is not weighed but bounds. */
export function otherGroups({ points }: Definition): FieldGroup[] {
  const isOfDemands = points.some(({ signal }) => signal.startsWith("unit_"));
  if (isOfDemands) return [thresholds, tolerances, residuals];
  const fields = [...residuals.fields, ...ofInvoices];
  return [thresholds, tolerances, { ...residuals, fields }];
}

export const unitWords: Record<ProfileField["unit"], string> = {
  points: "points",
  percent: "%",
  days: "days",
  numbers: "numbers",
  amount: "",
  percents: "%",
};
