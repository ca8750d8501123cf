import type { CamtValues } from "./fields.ts";

/**
 * What a bank transaction code says, for a line whose bank wrote nothing else: by its sub-family, family or domain of
 * ISO 20022's external code list (the frequent ones, in our words), or else the bank's own code as it is printed.
 */
export function nameOfCode(values: CamtValues): string | null {
  const subFamily = values.get("BkTxCd/Domn/Fmly/SubFmlyCd") ?? "";
  const family = values.get("BkTxCd/Domn/Fmly/Cd") ?? "";
  const domain = values.get("BkTxCd/Domn/Cd") ?? "";
  return (
    subFamilies.get(subFamily) ??
    families.get(family) ??
    domains.get(domain) ??
    values.get("BkTxCd/Prtry/Cd") ??
    null
  );
}

const subFamilies: ReadonlyMap<string, string> = new Map([
  ["ACDT", "ACH credit"],
  ["ADBT", "ACH debit"],
  ["ADJT", "Adjustment"],
  ["AUTT", "Automatic transfer"],
  ["BBDD", "SEPA business direct debit"],
  ["BOOK", "Internal transfer"],
  ["CCHQ", "Cheque"],
  ["CDPT", "Cash deposit"],
  ["CHRG", "Bank charges"],
  ["COMM", "Bank commission"],
  ["CWDL", "Cash withdrawal"],
  ["DMCT", "Domestic transfer"],
  ["ESCT", "SEPA credit transfer"],
  ["ESDD", "SEPA direct debit"],
  ["FEES", "Bank fees"],
  ["INTR", "Interest"],
  ["PMDD", "Direct debit"],
  ["POSC", "Card payment"],
  ["POSD", "Card payment"],
  ["PRDD", "Direct debit reversed"],
  ["RIMB", "Reimbursement"],
  ["RPCR", "Credit transfer returned"],
  ["RRTN", "Credit transfer returned"],
  ["SALA", "Salaries"],
  ["STDO", "Standing order"],
  ["TAXE", "Taxes"],
  ["UPCQ", "Unpaid cheque"],
  ["UPDD", "Direct debit returned"],
  ["VCOM", "Credit transfer"],
  ["XBCT", "Cross-border transfer"],
]);

const families: ReadonlyMap<string, string> = new Map([
  ["CCRD", "Card payment"],
  ["CNTR", "Counter transaction"],
  ["ICDT", "Credit transfer sent"],
  ["ICHQ", "Cheque paid"],
  ["IDDT", "Direct debit collected"],
  ["IRCT", "Instant transfer sent"],
  ["LBOX", "Lockbox"],
  ["MCOP", "Other credit"],
  ["MCRD", "Card takings"],
  ["MDOP", "Other debit"],
  ["RCDT", "Credit transfer received"],
  ["RCHQ", "Cheque received"],
  ["RDDT", "Direct debit paid"],
  ["RRCT", "Instant transfer received"],
]);

const domains: ReadonlyMap<string, string> = new Map([
  ["ACMT", "Account management"],
  ["CAMT", "Cash management"],
  ["CMDT", "Commodities"],
  ["DERV", "Derivatives"],
  ["FORX", "Foreign exchange"],
  ["LDAS", "Loan or deposit"],
  ["PMET", "Precious metals"],
  ["PMNT", "Payment"],
  ["SECU", "Securities"],
  ["TRAD", "Trade services"],
]);
