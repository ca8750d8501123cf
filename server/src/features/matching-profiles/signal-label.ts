import type { SignalName } from "../../core/matching/types.ts";

/** What a signal is about, as people set its points. */
export function signalLabel(signal: SignalName): string {
  return labels[signal];
}

const labels: Readonly<Record<SignalName, string>> = {
  amount_exact: "Amount equals the whole document",
  amount_open_exact: "Amount equals what is still open",
  amount_sum_exact: "Amount equals the sum of the documents named",
  amount_residual: "Amount differs by a known fee, discount or rounding",
  amount_converted: "Amount is close after conversion",
  amount_within_tolerance: "Amount is within the tolerance",
  amount_part: "Amount pays a part",
  amount_exceeds_open: "Amount is more than what is open",
  document_number_exact: "Names the document's number",
  document_number_typo: "Names the number with a slip",
  document_number_digits: "Names the number's digits",
  document_number_neighbour: "Names a neighbouring number",
  document_number_other: "Names another document",
  unit_in_reference: "Reference names the unit",
  surname_in_reference: "Reference names the leaseholder",
  unit_in_description: "Description names the unit",
  name_exact: "Same name",
  name_tokens: "Words of the name",
  name_alias: "Learned name",
  name_differs: "Another name",
  date_in_term: "Paid within the term",
  date_near_due: "Paid near the due date",
  date_near_issue: "Paid near the document's date",
  date_before_issue: "Paid before the document's date",
};
