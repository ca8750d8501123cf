/**
 * What a three-digit type code says of an amount (BAI 2005 Technical Reference, appendix of uniform type codes):
 * which way the money goes, or that it is no movement at all.
 */
export type TypeMeaning =
  | "credit"
  | "debit"
  /** a balance or another figure of the account's state */
  | "status"
  /** the sum of all credits or of all debits, which a transaction can never be */
  | "total"
  /** 890: a record that carries words only */
  | "words"
  | "unknown";

/** @param code three digits; any other text is "unknown" */
export function meaningOfType(code: string): TypeMeaning {
  return meanings.get(code) ?? "unknown";
}

function meaningOfNumber(number: number, code: string): TypeMeaning {
  if (number === 100 || number === 400) return "total";
  if (number >= 1 && number <= 99) return "status";
  if (number <= 399) return number === 0 ? "unknown" : "credit";
  if (number <= 699) return "debit";
  if (number <= 799) return loanMeanings[code] ?? "unknown";
  if (number === 890) return "words";
  if (number < 900) return "unknown";
  if (number <= 919) return "status";
  return number <= 959 ? "credit" : "debit";
}

/** Only the balances and states of 001 to 099 are printed with a sign. */
export function mayCarrySign(code: string): boolean {
  return /^0\d\d$/.test(code) && code !== "000";
}

/** The name of a type, for a transaction that says nothing itself. Never empty. */
export function nameOfType(code: string): string {
  const name = typeNames[code];
  if (name !== undefined) return name;
  return meaningOfType(code) === "credit" ? `Credit (type ${code})` : `Debit (type ${code})`;
}

/** Loan accounts: what is paid towards the loan is a credit on it, what is paid out a debit. */
const loanMeanings: Readonly<Record<string, TypeMeaning>> = {
  "701": "status",
  "703": "status",
  "705": "status",
  "707": "status",
  "709": "status",
  "720": "credit",
  "721": "credit",
  "722": "credit",
  "723": "credit",
  "724": "credit",
  "725": "credit",
  "726": "credit",
  "727": "credit",
  "728": "credit",
  "760": "debit",
};

/** The types that files commonly use for single transactions, in words for people. */
const typeNames: Readonly<Record<string, string>> = {
  "108": "Credit",
  "110": "Lockbox deposits",
  "115": "Lockbox deposit",
  "116": "Item in a lockbox deposit",
  "118": "Lockbox adjustment",
  "121": "Automated payment in",
  "122": "Item in an automated payment in",
  "123": "Adjustment of an automated payment in",
  "135": "Depository transfer in",
  "136": "Item in a depository transfer",
  "142": "ACH credit received",
  "143": "Item in an ACH deposit",
  "145": "ACH concentration in",
  "147": "Card takings",
  "155": "Preauthorised draft in",
  "156": "Item in a preauthorised deposit",
  "164": "Corporate trade payment in",
  "165": "ACH credit",
  "166": "ACH settlement in",
  "168": "ACH return or adjustment in",
  "169": "Other ACH credit",
  "171": "Loan deposit",
  "172": "Deposit correction",
  "173": "Deposit prepared by the bank",
  "174": "Other deposit",
  "175": "Cheque deposit",
  "176": "Cheque deposited again",
  "184": "Draft deposit",
  "187": "Cash letter in",
  "189": "Cash letter adjustment",
  "191": "Internal transfer in",
  "195": "Wire in",
  "196": "Wire adjustment in",
  "198": "Compensation",
  "201": "Automatic transfer in",
  "206": "Book transfer in",
  "208": "International transfer in",
  "212": "Foreign letter of credit",
  "213": "Letter of credit",
  "214": "Foreign exchange in",
  "216": "Foreign remittance in",
  "218": "Foreign collection in",
  "222": "Foreign cheques deposited",
  "224": "Commission",
  "227": "Standing order in",
  "229": "Other international credit",
  "232": "Debt security sold",
  "233": "Securities sold",
  "234": "Shares sold",
  "236": "Debt security matured",
  "237": "Collection in",
  "238": "Dividends collected",
  "242": "Interest collected",
  "244": "Interest or principal of a matured investment",
  "249": "Other security credit",
  "252": "Debit reversed",
  "254": "Posting error corrected (credit)",
  "255": "Cheque posted and returned",
  "257": "ACH payment returned",
  "258": "ACH reversal (credit)",
  "261": "Rejected item credited",
  "266": "Returned item",
  "268": "Adjustment of a returned item",
  "275": "Zero-balance transfer in",
  "277": "Zero-balance transfer in",
  "278": "Zero-balance adjustment in",
  "281": "Controlled disbursing credit",
  "286": "Depository disbursing credit",
  "295": "Cash machine deposit",
  "301": "Commercial deposit",
  "306": "Federal funds sold",
  "308": "Trust credit",
  "345": "Sweep from an investment",
  "353": "Sweep interest",
  "354": "Interest",
  "357": "Credit adjustment",
  "358": "Year-to-date adjustment (credit)",
  "359": "Interest adjustment (credit)",
  "362": "Correspondent collection",
  "366": "Bank draft deposit",
  "372": "Federal reserve item",
  "387": "Coin and currency deposited",
  "393": "Itemised credit over 10,000",
  "394": "Cumulative credits",
  "395": "Cheque reversed",
  "397": "Float adjustment",
  "398": "Fee refund",
  "399": "Other credit",
  "408": "Debit",
  "409": "Debit",
  "415": "Lockbox debit",
  "421": "Automated payment out",
  "435": "Depository transfer out",
  "445": "ACH concentration out",
  "447": "ACH payments originated",
  "451": "ACH debit",
  "452": "Item in an ACH payment",
  "455": "Preauthorised ACH debit",
  "462": "Account holder initiated ACH debit",
  "464": "Corporate trade payment out",
  "466": "ACH settlement out",
  "468": "ACH return or adjustment out",
  "469": "Other ACH debit",
  "472": "Cumulative cheques paid",
  "474": "Certified cheque",
  "475": "Cheque",
  "476": "Federal reserve cash letter",
  "477": "Bank-originated debit",
  "479": "List post debit",
  "481": "Loan payment",
  "484": "Draft",
  "487": "Cash letter out",
  "489": "Cash letter adjustment",
  "491": "Internal transfer out",
  "493": "Customer terminal transfer out",
  "495": "Wire out",
  "496": "Wire adjustment out",
  "498": "Compensation",
  "501": "Automatic transfer out",
  "506": "Book transfer out",
  "508": "International transfer out",
  "512": "Letter of credit",
  "514": "Foreign exchange out",
  "516": "Foreign remittance out",
  "518": "Foreign collection out",
  "522": "Foreign cheques paid",
  "524": "Commission",
  "527": "Standing order out",
  "529": "Other international debit",
  "531": "Securities bought",
  "533": "Securities bought",
  "535": "Shares bought",
  "546": "Commercial paper",
  "549": "Other security debit",
  "552": "Credit reversed",
  "554": "Posting error corrected (debit)",
  "555": "Deposited item returned",
  "557": "ACH item returned",
  "558": "ACH reversal (debit)",
  "561": "Rejected item debited",
  "563": "Overdraft",
  "566": "Returned item",
  "568": "Adjustment of a returned item",
  "575": "Zero-balance transfer out",
  "577": "Zero-balance transfer out",
  "578": "Zero-balance adjustment out",
  "581": "Controlled disbursing debit",
  "595": "Cash machine withdrawal",
  "597": "Automated teller debit",
  "616": "Federal reserve commercial bank debit",
  "622": "Broker payment",
  "627": "Federal funds bought",
  "629": "Cash centre debit",
  "631": "Debit adjustment",
  "633": "Trust debit",
  "645": "Sweep to an investment",
  "651": "Principal payment",
  "654": "Interest paid",
  "657": "Futures debit",
  "661": "Account analysis fee",
  "666": "Bank draft",
  "687": "Cash letter out",
  "691": "Universal debit",
  "693": "Itemised debit over 10,000",
  "694": "Deposit reversed",
  "695": "Deposit correction",
  "696": "Collection out",
  "697": "Cumulative debits",
  "698": "Fees",
  "699": "Other debit",
  "720": "Loan payment",
  "721": "Paid towards loan interest",
  "722": "Paid towards loan principal",
  "723": "Paid towards loan escrow",
  "724": "Paid towards late charges",
  "725": "Paid towards a buydown",
  "726": "Paid towards loan fees",
  "727": "Paid towards deferred interest",
  "728": "Paid towards service charges",
  "760": "Loan paid out",
};

/** Looked up for each of a million lines. */
const meanings: ReadonlyMap<string, TypeMeaning> = new Map(
  Array.from({ length: 1_000 }, (_, number) => {
    const code = String(number).padStart(3, "0");
    return [code, meaningOfNumber(number, code)];
  }),
);
