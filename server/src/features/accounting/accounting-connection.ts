import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { Sql } from "../../db/sql.ts";
import { NotFound } from "../errors.ts";
import { knownIdOr } from "../ids.ts";

export const accountingStatuses = [
  "pending",
  "linked",
  "reconnect_required",
  "disconnected",
] as const;

export type AccountingStatus = (typeof accountingStatuses)[number];

/** Access to one company's books in one accounting package. */
export interface AccountingConnection {
  readonly id: string;
  readonly platform: string;
  readonly package: string;
  readonly companyName: string;
  readonly status: AccountingStatus;
  /** Why it stands there, as a sentence; null where it is simply well. */
  readonly statusReason: string | null;
  /** The page on which a person grants what is missing. Only for who may do it. */
  readonly linkUrl: string | null;
  readonly pullsDocuments: boolean;
  readonly documentsPulledAt: Date | null;
  readonly sendsPayments: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly linkedAt: Date | null;
  readonly disconnectedAt: Date | null;
}

/** The columns of an AccountingConnection. */
export const accountingConnectionColumns = `
  id, platform, package, company_name AS "companyName", status, status_reason AS "statusReason", link_url AS "linkUrl",
  pulls_documents AS "pullsDocuments", documents_pulled_at AS "documentsPulledAt", sends_payments AS "sendsPayments",
  created_by AS "createdBy", created_at AS "createdAt", linked_at AS "linkedAt", disconnected_at AS "disconnectedAt"`;

/** The whole row, for operations of this feature. */
export interface AccountingConnectionRow extends AccountingConnection {
  readonly companyExternalId: string | null;
  readonly externalId: string | null;
  readonly linkState: string | null;
  readonly nextLookAt: Date | null;
  readonly failures: number;
  readonly credentialKeyId: string | null;
  readonly credentialNonce: Uint8Array | null;
  readonly credentialCiphertext: Uint8Array | null;
  readonly credentialTag: Uint8Array | null;
}

const rowColumns = `${accountingConnectionColumns}, company_external_id AS "companyExternalId",
  external_id AS "externalId", link_state AS "linkState", next_look_at AS "nextLookAt", failures,
  credential_key_id AS "credentialKeyId", credential_nonce AS "credentialNonce",
  credential_ciphertext AS "credentialCiphertext", credential_tag AS "credentialTag"`;

/** Null where there is none; an id that is no UUID names none. */
export async function findAccountingConnection(
  sql: Sql,
  id: string,
): Promise<AccountingConnectionRow | null> {
  const [row] = await sql.query<AccountingConnectionRow>(
    `SELECT ${rowColumns} FROM accounting_connection WHERE id = $1`,
    [knownIdOr(id, null)],
  );
  return row ?? null;
}

/** Reads a connection and keeps others from changing it until the transaction ends. @throws NotFound */
export async function lockAccountingConnection(
  tx: TenantTransaction,
  id: string,
): Promise<AccountingConnectionRow> {
  const [row] = await tx.query<AccountingConnectionRow>(
    `SELECT ${rowColumns} FROM accounting_connection WHERE id = $1 FOR UPDATE`,
    [knownIdOr(id, null)],
  );
  if (!row) throw new NotFound("accounting connection");
  return row;
}
