import type { Evidence, ReasonNotAutomatic, SignalName } from "../../core/matching/types.ts";

/** What a piece of evidence says, as a sentence for people. */
export function evidenceLabel(evidence: Evidence): string {
  const label = labels[evidence.signal];
  return typeof label === "string" ? label : label(evidence);
}

/** Why a candidate was not matched by itself, as a sentence for people. */
export function reasonLabel(reason: ReasonNotAutomatic): string {
  return reasons[reason];
}

const labels: Readonly<Record<SignalName, string | ((evidence: Evidence) => string)>> = {
  amount_exact: "The amounts are equal.",
  amount_open_exact: "The amount is exactly what is still open.",
  amount_sum_exact: "The amount is exactly the sum of the documents that it names.",
  amount_residual: "The amount is what is open, but for a difference that has a known reason.",
  amount_converted: "The amount, converted, is close to what is open.",
  amount_within_tolerance: "The amounts are close.",
  amount_part: "The amount pays a part of what is open.",
  amount_exceeds_open: "The amount is more than what is open.",
  document_number_exact: "The payment names the document's number.",
  document_number_typo: ({ distance }) =>
    `The payment names a number that is ${distance === 1 ? "one character" : `${distance ?? "a few"} characters`} off.`,
  document_number_digits: "The payment names the digits of the document's number.",
  document_number_neighbour: "The payment names a neighbouring document's number.",
  document_number_other: "The payment names another document.",
  unit_in_reference: "The reference names the unit.",
  surname_in_reference: "The reference names the leaseholder.",
  unit_in_description: "The description names the unit.",
  name_exact: "The names are the same.",
  name_tokens: "The payment has the words of the name.",
  name_alias: "This payer has been this counterparty before.",
  name_differs: "The names differ.",
  date_in_term: "It was paid between the document's date and its due date.",
  date_near_due: ({ distance }) => `It was paid ${daysFrom(distance)} the due date.`,
  date_near_issue: ({ distance }) => `It was paid ${daysFrom(distance)} the document's date.`,
  date_before_issue: ({ distance }) => `It was paid ${days(distance)} before the document's date.`,
};

const reasons: Readonly<Record<ReasonNotAutomatic, string>> = {
  tie: "Another open item fits equally well.",
  near_tie: "Another open item fits almost as well.",
  competing: "Another payment or open item competes for it.",
  below_threshold: "The evidence is not strong enough to match without a person.",
  amount_only: "Only the amount speaks for it.",
  amount_exceeds_open: "The amount is more than what is open.",
  number_not_exact_or_not_unique:
    "The amounts differ, and no document number settles which item is meant.",
  other_number_named: "The payment names another document.",
  pending: "The bank has not posted the transaction yet.",
  group_too_large: "Too many payments and items fit each other to decide without a person.",
  demand_currency: "A demand in another currency is left to a person.",
  other_client: "A rule says that another client paid it.",
  automatic_off: "Matching without a person is switched off here.",
};

function daysFrom(distance: number | null): string {
  return distance === 0 ? "on" : `${days(distance)} from`;
}

function days(distance: number | null): string {
  if (distance === null) return "some days";
  const count = Math.abs(distance);
  return count === 1 ? "one day" : `${count} days`;
}
