import { type CurrencyCode, parseCurrencyCode } from "../../core/currencies.ts";
import type { LocalDate } from "../../core/dates.ts";
import { type Money, parseDecimal } from "../../core/money.ts";
import { failed, ok, type Result } from "../../core/result.ts";
import type { OpenItemKind } from "../../generated/prisma/enums.ts";

/** An invoice or an expense as a caller gives it. */
export interface OpenItemInput {
  readonly kind: OpenItemKind;
  readonly number: string;
  readonly counterpartyName: string;
  readonly issuedOn: LocalDate;
  readonly dueOn?: LocalDate | null;
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly description?: string | null;
}

/** The same, checked and tidied. */
export interface OpenItemValues {
  readonly kind: OpenItemKind;
  readonly number: string;
  readonly counterpartyName: string;
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate | null;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
  readonly description: string | null;
}

export interface InputProblem {
  readonly field: string;
  readonly message: string;
}

const charactersMax = { number: 100, counterpartyName: 200, description: 1_000 } as const;

/** Checks one open item. Answers the first thing wrong with it, never throws. */
export function readOpenItemInput(input: OpenItemInput): Result<OpenItemValues, InputProblem> {
  const number = input.number.trim();
  const counterpartyName = input.counterpartyName.trim();
  const description = input.description?.trim() || null;
  const problem =
    textProblem("number", number) ??
    textProblem("counterpartyName", counterpartyName) ??
    textProblem("description", description ?? "-");
  if (problem) return failed(problem);
  if (input.dueOn != null && input.dueOn < input.issuedOn) {
    return failed({ field: "dueOn", message: "It cannot be due before it is issued." });
  }
  const amount = readAmount(input.amount);
  if (!amount.ok) return amount;
  return ok({
    kind: input.kind,
    number,
    counterpartyName,
    issuedOn: input.issuedOn,
    dueOn: input.dueOn ?? null,
    ...amount.value,
    description,
  });
}

function textProblem(field: keyof typeof charactersMax, text: string): InputProblem | null {
  const max = charactersMax[field];
  if (text === "") return { field, message: "It cannot be empty." };
  if (text.length > max) return { field, message: `It has at most ${max} characters.` };
  // PostgreSQL's text cannot hold it.
  return text.includes("\0") ? { field, message: "It holds a character that is no text." } : null;
}

function readAmount(given: OpenItemInput["amount"]): Result<Money, InputProblem> {
  const currency = parseCurrencyCode(given.currency);
  if (currency === null) {
    return failed({ field: "amount.currency", message: "There is no such currency." });
  }
  const parsed = parseDecimal(given.amount, currency);
  if (!parsed.ok) {
    const message = `It is no amount of ${currency} that can be kept exactly.`;
    return failed({ field: "amount", message });
  }
  return parsed.value.amountMinor > 0n
    ? parsed
    : failed({ field: "amount", message: "It must be above zero." });
}
