export type Currency = "GBP" | "EUR" | "USD";

/** How a payment refers to what it settles: the label that a matching test checks its answer against. */
export type Manner =
  /** Number complete in the reference, amount exact. */
  | "exact"
  /** Two neighbouring digits of the number swapped. */
  | "mistyped"
  /** Only the digits of the number. */
  | "digits_only"
  /** No number; the payer's name in a variant or cut short. */
  | "name_only"
  /** One of several instalments. */
  | "part"
  /** A bank took its fee on the way: amount + feeMinor is the item's amount. */
  | "fee_deducted"
  /** Two open items of equal amount of one client fit equally well: it must be refused. */
  | "tie"
  /** One payment for two items. */
  | "several";

export interface StoryAccount {
  key: string;
  name: string;
  officialName: string;
  kind: "current" | "savings" | "credit_card";
  currency: Currency;
  /** The last four digits that a bank shows. */
  mask: string;
  iban: string | null;
  /** The balance before the first line; for a credit card what is owed counts as negative. */
  openingMinor: bigint;
  creditLimitMinor: bigint | null;
}

export interface StoryInstitution {
  key: string;
  institutionId: string;
  name: string;
  tagline: string;
  /** Brand colour with at least 4.5:1 against white. */
  colour: string;
  countries: ("GB" | "IE" | "DE" | "US")[];
  accounts: StoryAccount[];
}

export interface StoryCategory {
  key: string;
  name: string;
  kind: "income" | "expense" | "transfer";
}

export interface StoryCounterparty {
  name: string;
  kind: "client" | "supplier";
  currency: Currency;
}

export interface StoryOpenItem {
  kind: "invoice" | "expense";
  /** The document's number: the organisation's own for an invoice, the supplier's for an expense. */
  number: string;
  counterpartyName: string;
  description: string;
  issuedOn: string;
  dueOn: string;
  currency: Currency;
  /** Always positive; the kind says which way the money goes. */
  amountMinor: bigint;
  category: string;
}

export interface StoryBankLine {
  institutionKey: string;
  accountKey: string;
  bookedOn: string;
  /** Money in is positive, money out negative. */
  amountMinor: bigint;
  currency: Currency;
  /** The bank's own text. */
  description: string;
  /** The other side as the bank names it. */
  counterpartyName?: string;
  reference?: string;
  category: string;
  channel: "online" | "card" | "other";
  pending?: boolean;
  /** Numbers of the open items that this line truly pays. */
  settles?: string[];
  manner?: Manner;
  /** What a bank kept back; only with manner "fee_deducted". */
  feeMinor?: bigint;
}

export interface DemoStory {
  today: string;
  seed: string;
  organisation: { name: string; baseCurrency: "GBP"; country: "GB" };
  institutions: StoryInstitution[];
  categories: StoryCategory[];
  counterparties: StoryCounterparty[];
  openItems: StoryOpenItem[];
  /** Booked on or before today, oldest first. */
  bankLines: StoryBankLine[];
  /** Payments of items that are still open: not at the bank yet, oldest planned date first. */
  upcomingLines: StoryBankLine[];
}
