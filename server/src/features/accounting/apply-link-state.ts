import type { TenantTransaction } from "../../db/as-organisation.ts";
import type { LinkState } from "../../platforms/platform.ts";
import type { AccountingConnectionRow, AccountingStatus } from "./accounting-connection.ts";
import { emitAccountingChanged } from "./emit-accounting-changed.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * Takes over what a platform says of a locked connection's access, and notes when it is looked at next.
 * @param seen state: what the browser comes back with from the page that it names
 * @returns whether anything that people see has changed
 */
export async function applyLinkState(
  tx: TenantTransaction,
  connection: AccountingConnectionRow,
  { link, state, now }: { link: LinkState; state: string; now: Date },
): Promise<boolean> {
  const status = statusOf(connection, link);
  // Linked, there may still be a page on which the account of a feed is picked.
  const linkUrl = link.nextUrl ?? (status === "linked" ? null : connection.linkUrl);
  const companyName = link.companyName ?? connection.companyName;
  const changed =
    status !== connection.status ||
    linkUrl !== connection.linkUrl ||
    link.reason !== connection.statusReason ||
    companyName !== connection.companyName;
  await tx.query(
    `UPDATE accounting_connection SET status = $2, status_reason = $3, link_url = $4, company_name = $5,
       linked_at = coalesce(linked_at, $6), link_state = $7, failures = 0, next_look_at = $8
     WHERE id = $1`,
    [
      ...[connection.id, status, link.reason, linkUrl, companyName],
      ...[status === "linked" ? now : null, linkUrl === null ? null : state],
      await nextLookOf(tx, connection, status, now),
    ],
  );
  return changed;
}

/** Access that was there and is not any more must be granted again, in whichever words the platform says it. */
function statusOf(connection: AccountingConnectionRow, { status }: LinkState): AccountingStatus {
  return status === "pending" && connection.linkedAt !== null ? "reconnect_required" : status;
}

/** Whoever is at a link page or waits for a feed wants to know soon; what is well is asked about now and then. */
async function nextLookOf(
  tx: TenantTransaction,
  connection: AccountingConnectionRow,
  status: AccountingStatus,
  now: Date,
): Promise<Date | null> {
  const age = now.getTime() - connection.createdAt.getTime();
  const in_ = (ms: number) => new Date(now.getTime() + ms);
  if (status === "pending") {
    if (age < hourMs) return in_(2 * minuteMs);
    return age < 14 * 24 * hourMs ? in_(2 * hourMs) : null;
  }
  if (status === "reconnect_required") return in_(hourMs);
  const [waiting] = await tx.query<{ since: Date }>(
    `SELECT max(created_at) AS since FROM feed_account
     WHERE connection_id = $1 AND status IN ('pending', 'connecting') HAVING count(*) > 0`,
    [connection.id],
  );
  if (!waiting) return in_(6 * hourMs);
  return in_(now.getTime() - waiting.since.getTime() < hourMs ? minuteMs : 30 * minuteMs);
}

/** A call was refused because access is missing: a person has to grant it again. */
export async function requireReconnect(
  tx: TenantTransaction,
  connection: Pick<AccountingConnectionRow, "id">,
  reason: string,
): Promise<void> {
  const changed = await tx.query(
    `UPDATE accounting_connection SET status = 'reconnect_required', status_reason = $2
     WHERE id = $1 AND status = 'linked' RETURNING id`,
    [connection.id, reason],
  );
  if (changed.length > 0) emitAccountingChanged(tx, { connectionId: connection.id });
}
