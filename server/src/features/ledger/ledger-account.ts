import type { CurrencyCode } from "../../core/currencies.ts";
import type { LedgerAccountKind } from "../../core/ledger-account.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";

/** An account of the chart of accounts. */
export interface LedgerAccount {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly kind: LedgerAccountKind;
  /** Null where it holds any currency. */
  readonly currency: CurrencyCode | null;
  readonly archivedAt: Date | null;
}

/** What each statement that answers ledger accounts selects. */
export const ledgerAccountColumns = `id, number, name, kind, currency, archived_at AS "archivedAt"`;

/**
 * Locks one ledger account, so that neither it nor what is mapped to it changes meanwhile.
 * @throws NotFound
 */
export async function lockLedgerAccount(tx: TenantTransaction, id: string): Promise<LedgerAccount> {
  const [known] = knownIds([id], "ledger account");
  const [account] = await tx.query<LedgerAccount>(
    `SELECT ${ledgerAccountColumns} FROM ledger_account WHERE id = $1 FOR UPDATE`,
    [known],
  );
  if (!account) throw new NotFound("ledger account");
  return account;
}

/** As people say it: "1200 Bank current account". */
export function ledgerAccountTitle({
  number,
  name,
}: Pick<LedgerAccount, "number" | "name">): string {
  return `${number} ${name}`;
}
