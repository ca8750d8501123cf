import { isNegative, isZero, parseAmount } from "../../lib/decimal.ts";
import type { VariablesOf } from "../../lib/graphql.ts";
import type { CreateOpenItemDocument, OpenItem } from "./documents.ts";
import type { OpenItemKind } from "./labels.ts";

type OpenItemInput = VariablesOf<typeof CreateOpenItemDocument>["input"];

/** What is in the form: texts, as they were typed. */
export interface Draft {
  kind: OpenItemKind;
  number: string;
  counterpartyName: string;
  issuedOn: string;
  dueOn: string;
  amount: string;
  currency: string;
  description: string;
}

export function emptyDraft(currency: string): Draft {
  return {
    kind: "INVOICE",
    number: "",
    counterpartyName: "",
    issuedOn: "",
    dueOn: "",
    amount: "",
    currency,
    description: "",
  };
}

export function draftOf(item: OpenItem): Draft {
  return {
    kind: item.kind,
    number: item.number,
    counterpartyName: item.counterpartyName,
    issuedOn: item.issuedOn,
    dueOn: item.dueOn ?? "",
    amount: item.amount.amount,
    currency: item.amount.currency,
    description: item.description ?? "",
  };
}

/** What can be sent, or what is wrong with which field. */
export function inputFrom(draft: Draft): {
  input?: OpenItemInput;
  errors: Partial<Record<keyof Draft, string>>;
} {
  const amount = parseAmount(draft.amount);
  const errors: Partial<Record<keyof Draft, string>> = {};
  if (!draft.number.trim()) errors.number = "Give its number, as it stands on the document";
  if (!draft.counterpartyName.trim()) errors.counterpartyName = "Say who it is with";
  if (!draft.issuedOn) errors.issuedOn = "Give the date on the document";
  if (draft.dueOn && draft.dueOn < draft.issuedOn) errors.dueOn = "It can't be due before its date";
  if (amount === undefined) errors.amount = "Give an amount, such as 1234.50";
  else if (isZero(amount) || isNegative(amount)) errors.amount = "The amount must be above zero";
  if (amount === undefined || Object.keys(errors).length > 0) return { errors };
  return {
    errors,
    input: {
      kind: draft.kind,
      number: draft.number.trim(),
      counterpartyName: draft.counterpartyName.trim(),
      issuedOn: draft.issuedOn,
      dueOn: draft.dueOn || null,
      amount: { amount, currency: draft.currency },
      description: draft.description.trim() || null,
    },
  };
}
