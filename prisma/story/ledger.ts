/** An account of the demo company's chart of accounts. */
export interface StoryLedgerAccount {
  number: string;
  name: string;
  kind: "cash" | "liability" | "receivable" | "payable" | "income" | "expense" | "equity" | "other";
  currency: string | null;
}

type Row = [number: string, name: string, kind: StoryLedgerAccount["kind"], currency?: string];

const rows: Row[] = [
  ["1100", "Trade debtors", "receivable"],
  ["1200", "Aldermoor current account", "cash", "GBP"],
  ["1210", "Aldermoor reserve", "cash", "GBP"],
  ["1215", "Tax set aside", "cash", "GBP"],
  ["1220", "Tidewell project account", "cash", "GBP"],
  ["1225", "Tidewell euro account", "cash", "EUR"],
  ["1230", "Petty cash", "cash", "GBP"],
  ["1240", "Nordhaven euro account", "cash", "EUR"],
  ["1250", "US dollar accounts", "cash", "USD"],
  ["1260", "Notice deposits", "cash", "GBP"],
  ["1270", "Client deposits held", "cash", "GBP"],
  ["1271", "Workshop account", "cash", "GBP"],
  ["1272", "Workshop reserve", "cash", "GBP"],
  ["1273", "Workshop euro account", "cash", "EUR"],
  ["1281", "Quayside Court, held in trust", "cash", "GBP"],
  ["1282", "Ropewalk House, held in trust", "cash", "GBP"],
  ["1283", "Lantern Yard, held in trust", "cash", "GBP"],
  ["1500", "Equipment", "other"],
  ["1510", "Prepayments", "other"],
  ["2100", "Trade creditors", "payable"],
  ["2200", "Company card", "liability", "GBP"],
  ["2210", "VAT", "liability"],
  ["2220", "Payroll taxes and pensions", "liability"],
  ["3000", "Share capital", "equity"],
  ["3100", "Retained earnings", "equity"],
  ["4000", "Sales", "income"],
  ["4100", "Interest received", "income"],
  ["5000", "Subcontractors", "expense"],
  ["5100", "Materials and print", "expense"],
  ["6000", "Salaries", "expense"],
  ["6100", "Rent and rates", "expense"],
  ["6200", "Software and phones", "expense"],
  ["6300", "Travel and meals", "expense"],
  ["6400", "Professional fees", "expense"],
  ["6500", "Bank charges", "expense"],
];

/** The demo company's chart, by number. */
export const storyLedger: StoryLedgerAccount[] = rows.map(
  ([number, name, kind, currency = null]) => ({ number, name, kind, currency }),
);
