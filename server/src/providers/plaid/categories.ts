/**
 * Plaid's personal finance categories as the category names that a new organisation starts with. Only those whose
 * meaning is plain: a wrong category costs a bookkeeper more than none.
 * Source: Plaid's taxonomy, `personal_finance_category.detailed` and `.primary`.
 */
export function categoryNameOf(primary: string, detailed: string): string | null {
  return byDetailed.get(detailed) ?? byPrimary.get(primary) ?? null;
}

const byDetailed: ReadonlyMap<string, string> = new Map([
  ["INCOME_INTEREST_EARNED", "Interest received"],
  ["INCOME_OTHER_INCOME", "Sales"],
  ["TRANSFER_IN_ACCOUNT_TRANSFER", "Transfers between own accounts"],
  ["TRANSFER_OUT_ACCOUNT_TRANSFER", "Transfers between own accounts"],
  ["TRANSFER_OUT_INVESTMENT_AND_RETIREMENT_FUNDS", "Pensions"],
  ["TRANSFER_OUT_WITHDRAWAL", "Cash"],
  ["GENERAL_SERVICES_ACCOUNTING_AND_FINANCIAL_PLANNING", "Professional fees"],
  ["GENERAL_SERVICES_CONSULTING_AND_LEGAL", "Subcontractors"],
  ["GENERAL_SERVICES_INSURANCE", "Insurance"],
  ["GENERAL_MERCHANDISE_OFFICE_SUPPLIES", "Office costs"],
  ["GENERAL_MERCHANDISE_ELECTRONICS", "Equipment"],
  ["GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT", "Tax and VAT"],
  ["RENT_AND_UTILITIES_RENT", "Rent and rates"],
  ["RENT_AND_UTILITIES_INTERNET_AND_CABLE", "Phone and internet"],
  ["RENT_AND_UTILITIES_TELEPHONE", "Phone and internet"],
]);

const byPrimary: ReadonlyMap<string, string> = new Map([
  ["BANK_FEES", "Bank charges"],
  ["FOOD_AND_DRINK", "Meals and entertaining"],
  ["RENT_AND_UTILITIES", "Utilities"],
  ["TRANSPORTATION", "Travel"],
  ["TRAVEL", "Travel"],
]);
