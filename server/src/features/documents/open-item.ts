import type { CurrencyCode } from "../../core/currencies.ts";
import type { LocalDate } from "../../core/dates.ts";
import type { OpenItemKind, OpenItemStatus } from "../../generated/prisma/enums.ts";

/** An invoice, an expense or a demand, as it is read. Amounts are minor units above zero. */
export interface OpenItem {
  readonly id: string;
  readonly kind: OpenItemKind;
  readonly number: string;
  readonly counterpartyName: string;
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate | null;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
  /** What live payments have settled of it. */
  readonly allocatedMinor: bigint;
  readonly status: OpenItemStatus;
  readonly description: string | null;
  /** The set of books that alone may settle it; null where any may. */
  readonly blockId: string | null;
  /** Of a demand only, as its leaseholder. */
  readonly unitId: string | null;
  readonly leaseholderId: string | null;
  /** The bank transaction that it was made from, with which it goes. */
  readonly standaloneOf: string | null;
}

/** The columns of an OpenItem, of the table or alias `open_item`. */
export const openItemColumns = `
  id, kind, number, counterparty_name AS "counterpartyName", issued_on AS "issuedOn", due_on AS "dueOn",
  currency, amount_minor AS "amountMinor", allocated_minor AS "allocatedMinor", status, description, block_id AS "blockId", unit_id AS "unitId",
  leaseholder_id AS "leaseholderId", standalone_of AS "standaloneOf"`;
