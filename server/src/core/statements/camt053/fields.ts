import type { CurrencyCode } from "../../currencies.ts";
import { type LocalDate, parseLocalDate } from "../../dates.ts";
import { type Money, type MoneyProblem, parseDecimal } from "../../money.ts";
import { failed, type Result } from "../../result.ts";
import type { StatementProblem } from "../statement.ts";

/** The values of one element of a statement, by their path below it: "Acct/Id/IBAN". The first of a path counts. */
export type CamtValues = ReadonlyMap<string, string>;

/**
 * The day of an ISODate or ISODateTime as it is printed: "2026-01-05", "2026-01-05+01:00", "2026-01-05T23:30:00Z". It is
 * the bank's own day, and is not turned into another zone. Null when there is no such day.
 */
export function parseCamtDay(text: string): LocalDate | null {
  const day = /^(\d{4}-\d{2}-\d{2})(?:$|[T Z]|[+-]\d{2}:\d{2}$)/.exec(text.trim())?.[1];
  return day === undefined ? null : parseLocalDate(day);
}

/** The day of a DateAndDateTimeChoice: its Dt, or else its DtTm. */
export function dayOf(values: CamtValues, path: string): LocalDate | null {
  const text = dayText(values, path);
  return text === null ? null : parseCamtDay(text);
}

export function dayText(values: CamtValues, path: string): string | null {
  return values.get(`${path}/Dt`) ?? values.get(`${path}/DtTm`) ?? values.get(path) ?? null;
}

/** An amount as XML writes decimals: "1234.5", "1234.50000", "1234.", ".5". It carries no sign; CdtDbtInd does. */
export function parseCamtAmount(text: string, currency: CurrencyCode): Result<Money, MoneyProblem> {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  const [, sign = "", whole = "", fraction = ""] = parts ?? [];
  if (parts === null || whole + fraction === "") {
    return failed({ code: "not_a_number", text: text.slice(0, 80), currency });
  }
  return parseDecimal(`${sign}${whole || "0"}.${fraction || "0"}`, currency);
}

/** 1 for CRDT, -1 for DBIT, null for anything else. */
export function directionOf(indicator: string | undefined): 1n | -1n | null {
  if (indicator === "CRDT") return 1n;
  return indicator === "DBIT" ? -1n : null;
}

export function amountProblem({
  code,
  currency,
}: MoneyProblem): Pick<StatementProblem, "code" | "message"> {
  switch (code) {
    case "too_many_digits":
      return { code, message: `The amount has more decimals than ${currency} has.` };
    case "out_of_range":
      return { code, message: "The amount is beyond what can be kept." };
    default:
      return { code: "bad_amount", message: "An amount is expected, such as 1234.56." };
  }
}
