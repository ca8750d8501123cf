import { formatDecimal, money } from "../../core/money.ts";
import type { AuditRecord } from "../audit/record.ts";
import type { OpenItem } from "./open-item.ts";

/** What the log keeps of an open item: enough to tell it apart, and its amount as it was then. */
export function auditOfOpenItem(
  action: string,
  item: Pick<OpenItem, "id" | "kind" | "number" | "counterpartyName" | "amountMinor" | "currency">,
  more: AuditRecord["detail"] = {},
): AuditRecord {
  return {
    action,
    subjectKind: "open_item",
    subjectId: item.id,
    detail: {
      kind: item.kind,
      number: item.number,
      counterparty: item.counterpartyName,
      amount: formatDecimal(money(item.amountMinor, item.currency)),
      currency: item.currency,
      ...more,
    },
  };
}
