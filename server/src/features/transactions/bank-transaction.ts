import type { CurrencyCode } from "../../core/currencies.ts";
import type { LocalDate } from "../../core/dates.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import type { BankTransactionStatus } from "../../generated/prisma/enums.ts";
import type { Match } from "../reconciliation/match.ts";

/** One line of a bank account, as it is read. Money in is positive, in minor units. */
export interface BankTransaction {
  readonly id: string;
  readonly accountId: string;
  readonly bookedOn: LocalDate;
  readonly amountMinor: bigint;
  /** What live payments use of it, without a sign. */
  readonly allocatedMinor: bigint;
  readonly currency: CurrencyCode;
  readonly description: string;
  readonly counterpartyName: string | null;
  readonly reference: string | null;
  readonly pending: boolean;
  readonly status: BankTransactionStatus;
  readonly categoryId: string | null;
  readonly exclusionReason: string | null;
  readonly createdAt: Date;
  /** What came along with the row; absent when it has to be loaded. */
  account?: FinancialAccount;
  category?: Category | null;
  /** Live ones only. */
  matches?: readonly Match[];
}

export interface Category {
  readonly id: string;
  readonly name: string;
  /** income, expense or transfer */
  readonly kind: string;
}

/** The columns of a BankTransaction, of the table `bank_transaction`. */
export const bankTransactionColumns = `
  id, account_id AS "accountId", booked_on AS "bookedOn", amount_minor AS "amountMinor",
  allocated_minor AS "allocatedMinor", currency, description, counterparty_name AS "counterpartyName",
  reference, pending, status, category_id AS "categoryId", exclusion_reason AS "exclusionReason",
  created_at AS "createdAt"`;
