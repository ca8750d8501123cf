import { parseAmount } from "../../../lib/decimal.ts";
import type { Definition, DefinitionInput } from "./documents.ts";
import { otherGroups, type ProfileField, pointGroups, unitWords } from "./fields.ts";

/** A definition as texts by path, as they stand in the fields of a form. */
export type ProfileValues = Record<string, string>;

export function valuesOf(definition: Definition): ProfileValues {
  const { points, residuals } = definition;
  return {
    ...Object.fromEntries(points.map((one) => [`points.${one.signal}`, String(one.points)])),
    automaticScoreMin: String(definition.automaticScoreMin),
    suggestionScoreMin: String(definition.suggestionScoreMin),
    marginPoints: String(definition.marginPoints),
    tolerancePercent: String(definition.tolerancePercent),
    ratePercent: String(definition.ratePercent),
    dateWindowDays: String(definition.dateWindowDays),
    earlyDaysMax: String(definition.earlyDaysMax),
    neighbourDistanceMax: String(definition.neighbourDistanceMax),
    "residuals.roundingMax": residuals.roundingMax,
    "residuals.bankFeeMax": residuals.bankFeeMax,
    "residuals.bankFeePercent": String(residuals.bankFeePercent),
    "residuals.discountPercents": residuals.discountPercents.join(", "),
    "residuals.exchangePercent": String(residuals.exchangePercent),
    "residuals.shortPaymentMax": residuals.shortPaymentMax,
    "residuals.shortPaymentPercent": String(residuals.shortPaymentPercent),
  };
}

/** What is typed but no number, by path; the server says what is out of its range. */
export function unreadable(values: ProfileValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([path, text]) => {
      if (path === "residuals.discountPercents") {
        return percentsOf(text).every(Number.isFinite) ? [] : [[path, "Numbers and commas."]];
      }
      return parseAmount(text) === undefined ? [[path, "Not a number."]] : [];
    }),
  );
}

/** For the server; every text must be readable. */
export function definitionInput(values: ProfileValues): DefinitionInput {
  const number = (path: string) => Number(parseAmount(values[path] ?? ""));
  const decimal = (path: string) => parseAmount(values[path] ?? "") ?? "0";
  return {
    points: Object.keys(values)
      .filter((path) => path.startsWith("points."))
      .map((path) => ({ signal: path.slice("points.".length), points: number(path) })),
    automaticScoreMin: number("automaticScoreMin"),
    suggestionScoreMin: number("suggestionScoreMin"),
    marginPoints: number("marginPoints"),
    tolerancePercent: number("tolerancePercent"),
    ratePercent: number("ratePercent"),
    dateWindowDays: number("dateWindowDays"),
    earlyDaysMax: number("earlyDaysMax"),
    neighbourDistanceMax: number("neighbourDistanceMax"),
    residuals: {
      roundingMax: decimal("residuals.roundingMax"),
      bankFeeMax: decimal("residuals.bankFeeMax"),
      bankFeePercent: number("residuals.bankFeePercent"),
      discountPercents: percentsOf(values["residuals.discountPercents"] ?? ""),
      exchangePercent: number("residuals.exchangePercent"),
      shortPaymentMax: decimal("residuals.shortPaymentMax"),
      shortPaymentPercent: number("residuals.shortPaymentPercent"),
    },
  };
}

export interface ValueChange {
  path: string;
  label: string;
  before: string;
  after: string;
}

/** What differs between two definitions of a family, in the order in which it is shown. */
export function changesBetween(
  definition: Definition,
  before: ProfileValues,
  after: ProfileValues,
): ValueChange[] {
  return [...pointGroups(definition), ...otherGroups(definition)].flatMap(({ title, fields }) =>
    fields
      .filter(({ path }) => !same(before[path], after[path]))
      .map((field) => ({
        path: field.path,
        label: field.label.startsWith("And ") ? `${title}: ${field.label.slice(4)}` : field.label,
        before: withUnit(field, before[field.path] ?? ""),
        after: withUnit(field, after[field.path] ?? ""),
      })),
  );
}

/** "+40", "3 %", "60 days", "35.00", "2, 3 %", "none". */
export function withUnit({ path, unit }: ProfileField, value: string): string {
  if (value.trim() === "") return "none";
  if (path.startsWith("points.")) {
    return Number(value) > 0 ? `+${value}` : value.replace("-", "\u2212");
  }
  return `${value} ${unitWords[unit]}`.trim();
}

function same(a = "", b = ""): boolean {
  const [left, right] = [parseAmount(a), parseAmount(b)];
  if (left === undefined || right === undefined)
    return a.replace(/\s/g, "") === b.replace(/\s/g, "");
  return Number(left) === Number(right);
}

function percentsOf(text: string): number[] {
  return text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(Number);
}
