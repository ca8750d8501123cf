import type { PushFate } from "./fates.ts";

/** What can happen to companies, their connections, feeds and books at Codat. Instants in milliseconds since 1970. */
export type CodatFact = { of: "codat" } & (
  | ({ did: "company_created"; companyId: string; at: number } & CompanyFields)
  | ({ did: "company_changed"; companyId: string } & Partial<CompanyFields>)
  | { did: "company_deleted"; companyId: string }
  | {
      did: "connection_created";
      companyId: string;
      connectionId: string;
      sourceId: string;
      platformKey: string;
      at: number;
    }
  | {
      did: "connection_moved";
      connectionId: string;
      status: ConnectionStatus;
      /** The organisation whose books were chosen; left out: as before. */
      organisation?: string;
      at: number;
    }
  | { did: "connection_deleted"; connectionId: string }
  | { did: "account_added"; connectionId: string; account: SourceAccountFields; at: number }
  | {
      did: "account_changed";
      connectionId: string;
      accountId: string;
      changes: Partial<SourceAccountFields>;
      at: number;
    }
  | { did: "account_deleted"; connectionId: string; accountId: string }
  | {
      did: "account_mapped";
      connectionId: string;
      accountId: string;
      /** Null: a new account of the books, with the source's name. */
      targetId: string | null;
      /** ISO date. */
      feedStart: string;
      at: number;
    }
  | {
      did: "account_moved";
      connectionId: string;
      accountId: string;
      status: SourceAccountStatus;
      at: number;
    }
  | { did: "credentials_made"; connectionId: string; username: string }
  | { did: "credentials_revoked"; connectionId: string; at: number }
  | { did: "pushed"; push: PushDraft }
  | ({ did: "push_ended"; key: string; at: number } & PushEnd)
  /** Called timed out, and written all the same. */
  | { did: "push_written"; key: string; at: number }
  /** What the books hold can be read from now on. */
  | { did: "synced"; companyId: string; at: number }
  | ({ did: "line_changed"; books: string; lineId: string; at: number } & LineChanges)
  | { did: "line_deleted"; books: string; lineId: string }
  | { did: "line_doubled"; books: string; lineId: string; at: number }
  | { did: "paid_there"; books: string; payment: PaymentDraft; at: number }
  | { did: "consumer_added"; consumer: Consumer }
  | { did: "consumer_deleted"; consumerId: string }
  | { did: "portal_set"; redirectUrl?: string; webhookUrl?: string }
  | { did: "modes_set"; modes: Partial<Modes> }
);

export type ConnectionStatus = "PendingAuth" | "Linked" | "Deauthorized" | "Unlinked";
export type SourceAccountStatus = "pending" | "connecting" | "connected" | "disconnected";

export interface CompanyFields {
  name: string;
  description: string | null;
  tags: Record<string, string>;
}

/** A source account as its owner described it. */
export interface SourceAccountFields {
  id: string;
  accountName: string;
  accountType: AccountType;
  accountNumber: string;
  currency: string;
  balance: number;
  sortCode?: string | null;
  routingInfo?: object;
  accountInfo?: object | null;
}

export const accountTypes = ["checking", "savings", "loan", "creditCard", "prepaidCard"] as const;
export type AccountType = (typeof accountTypes)[number];

export const transactionTypes = [
  ...["Unknown", "Credit", "Debit", "Int", "Div", "Fee", "SerChg", "Dep", "Atm", "Pos"],
  ...["Xfer", "Check", "Payment", "Cash", "DirectDep", "DirectDebit", "RepeatPmt", "Other"],
] as const;

/** A bank transaction as it was pushed. */
export interface PushedTransaction {
  id: string;
  /** As it was sent. */
  date: string;
  amount: number;
  balance: number | null;
  description: string | null;
  counterparty: string | null;
  reference: string | null;
  reconciled: boolean;
  transactionType: string | null;
}

export type PaymentKind = "payments" | "billPayments";

/** A payment as it was pushed, of one or more documents. */
export interface PaymentDraft {
  kind: PaymentKind;
  partyId: string | null;
  partyName: string | null;
  accountId: string | null;
  currency: string | null;
  totalAmount: number | null;
  date: string;
  note: string | null;
  reference: string | null;
  lines: {
    amount: number;
    links: { type: string; id: string | null; amount: number | null }[];
  }[];
}

export interface PushDraft {
  key: string;
  companyId: string;
  connectionId: string;
  at: number;
  timeoutInMinutes: number | null;
  syncs: boolean;
  fate: PushFate;
  body:
    | { dataType: "bankTransactions"; accountId: string; transactions: PushedTransaction[] }
    | { dataType: "bankAccounts"; account: NewAccount }
    | { dataType: PaymentKind; payment: PaymentDraft };
}

/** A bank account that is to be made in the books. */
export interface NewAccount {
  accountName: string | null;
  accountNumber: string | null;
  currency: string | null;
  accountType: "Debit" | "Credit";
}

export interface Finding {
  itemId: string | null;
  message: string;
  validatorName: string | null;
}

export interface PushEnd {
  status: "Success" | "Failed" | "TimedOut";
  statusCode: number;
  errorMessage: string | null;
  errors: Finding[];
  warnings: Finding[];
}

export interface LineChanges {
  amount?: number;
  description?: string;
  /** ISO date. */
  date?: string;
}

export interface Consumer {
  id: string;
  url: string;
  eventTypes: string[];
  disabled: boolean;
  companyTags: string[];
}

/** How it behaves where the real one is strict, lax, or not described. */
export interface Modes {
  /** An id that an account has had is refused; otherwise it is written a second time. */
  strictIds: boolean;
  /** `Idempotency-Key` counts. */
  idempotency: boolean;
  /** Push operations tell what was pushed when they are asked for again, not only at once. */
  tellsData: boolean;
  /** What is written is readable at once, not only when it is fetched again. */
  syncsByItself: boolean;
  /** Milliseconds until a push is processed; null: the sandbox's ready delay. */
  pushDelayMs: number | null;
}

export const firstModes: Modes = {
  ...{ strictIds: true, idempotency: true, tellsData: false },
  ...{ syncsByItself: true, pushDelayMs: null },
};
