/**
 * Salt Edge's categories as the category names that a new organisation starts with. Only those whose meaning is plain:
 * a wrong category costs a bookkeeper more than none.
 * Source: Salt Edge's taxonomy, business categories and the personal ones that name the same thing.
 */
export function categoryNameOf(category: unknown): string | null {
  return typeof category === "string" ? (names.get(category) ?? null) : null;
}

const names: ReadonlyMap<string, string> = new Map([
  ["sales", "Sales"],
  ["interest_income", "Interest received"],
  ["transfer", "Transfers between own accounts"],
  ["staff_outsourcing", "Subcontractors"],
  ["accounting_and_auditing", "Professional fees"],
  ["consultancy", "Professional fees"],
  ["legal", "Professional fees"],
  ["business_insurance", "Insurance"],
  ["insurance", "Insurance"],
  ["office_supplies", "Office costs"],
  ["electronics", "Equipment"],
  ["taxes", "Tax and VAT"],
  ["office_rent", "Rent and rates"],
  ["rent", "Rent and rates"],
  ["internet", "Phone and internet"],
  ["phone", "Phone and internet"],
  ["utilities", "Utilities"],
  ["fees", "Bank charges"],
  ["travel", "Travel"],
  ["meals", "Meals and entertaining"],
  ["atm_withdrawal", "Cash"],
]);
