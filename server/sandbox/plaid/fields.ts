import { problems } from "./problems.ts";

/** Readers of request fields; each throws the aggregator's own complaint. */

export function text(value: unknown, field: string): string {
  if (value === undefined || value === null || value === "") throw problems.missing(field);
  if (typeof value !== "string") throw problems.invalid(field, "must be a string");
  return value;
}

export function optionalText(value: unknown, field: string): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : text(value, field);
}

export function wholeNumber(
  value: unknown,
  field: string,
  bounds: { min: number; max: number; otherwise: number },
): number {
  if (value === undefined || value === null) return bounds.otherwise;
  const { min, max } = bounds;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw problems.invalid(field, `must be an integer from ${min} to ${max}`);
  }
  return value;
}

export function texts(value: unknown, field: string): string[] {
  if (!Array.isArray(value) || value.some((element) => typeof element !== "string")) {
    throw problems.invalid(field, "must be an array of strings");
  }
  return value as string[];
}

export function record(value: unknown, field: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw problems.invalid(field, "must be an object");
  }
  return value as Record<string, unknown>;
}
