import { isNegative, isZero, parseAmount } from "../../lib/decimal.ts";
import type { DemandInput } from "./documents.ts";
import type { Demand } from "./fragments.ts";

/** What is in the form of a demand: texts, as they were typed. */
export interface DemandDraft {
  unitId: string;
  leaseholderId: string;
  number: string;
  issuedOn: string;
  dueOn: string;
  amount: string;
  currency: string;
  description: string;
}

export function emptyDemand(currency: string): DemandDraft {
  return {
    unitId: "",
    leaseholderId: "",
    number: "",
    issuedOn: "",
    dueOn: "",
    amount: "",
    currency,
    description: "",
  };
}

export function draftOfDemand(demand: Demand): DemandDraft {
  return {
    unitId: demand.unit?.id ?? "",
    leaseholderId: demand.leaseholder?.id ?? "",
    number: demand.number,
    issuedOn: demand.issuedOn,
    dueOn: demand.dueOn ?? "",
    amount: demand.amount.amount,
    currency: demand.amount.currency,
    description: demand.description ?? "",
  };
}

/** What can be sent, or what is wrong with which field. */
export function demandFrom(draft: DemandDraft): {
  input?: DemandInput;
  errors: Partial<Record<keyof DemandDraft, string>>;
} {
  const amount = parseAmount(draft.amount);
  const errors: Partial<Record<keyof DemandDraft, string>> = {};
  if (!draft.unitId) errors.unitId = "Say for which unit";
  if (!draft.leaseholderId) errors.leaseholderId = "Say who is to pay it";
  if (!draft.number.trim()) errors.number = "Give its number, as it stands on the demand";
  if (!draft.issuedOn) errors.issuedOn = "Give the date on the demand";
  if (draft.dueOn && draft.dueOn < draft.issuedOn) errors.dueOn = "It can't be due before its date";
  if (amount === undefined) errors.amount = "Give an amount, such as 1234.50";
  else if (isZero(amount) || isNegative(amount)) errors.amount = "The amount must be above zero";
  if (amount === undefined || Object.keys(errors).length > 0) return { errors };
  return {
    errors,
    input: {
      unitId: draft.unitId,
      leaseholderId: draft.leaseholderId,
      number: draft.number.trim(),
      issuedOn: draft.issuedOn,
      dueOn: draft.dueOn || null,
      amount: { amount, currency: draft.currency },
      description: draft.description.trim() || null,
    },
  };
}
