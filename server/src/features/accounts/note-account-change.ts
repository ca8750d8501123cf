import { maskIdentifiers } from "../../core/mask.ts";
import type { TenantTransaction } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import type { FinancialAccount } from "../../generated/prisma/client.ts";
import { type AuditValue, recordAudit } from "../audit/record.ts";
import type { Viewer } from "../viewer.ts";

/** Notes who did what to an account, and tells the screens that show its connection. */
export async function noteAccountChange(
  tx: TenantTransaction,
  viewer: Viewer,
  account: Pick<FinancialAccount, "id" | "name" | "connectionId">,
  action: string,
  detail: { readonly [name: string]: AuditValue } = {},
): Promise<void> {
  await recordAudit(tx, viewer, {
    action,
    subjectKind: "financial_account",
    subjectId: account.id,
    detail: { name: maskIdentifiers(account.name), ...detail },
  });
  if (account.connectionId !== null) {
    emit(tx, { topic: "bank_connection.changed", connectionId: account.connectionId });
  }
}
