import type { App } from "../../app.ts";
import type { LocalDate } from "../../core/dates.ts";
import { formatDecimal, money } from "../../core/money.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfOpenItem } from "./audit-of-open-item.ts";
import { emitOpenItemsChanged } from "./emit-open-items-changed.ts";
import { lockOpenItem } from "./lock-open-item.ts";
import { type OpenItem, openItemColumns } from "./open-item.ts";
import { type OpenItemInput, type OpenItemValues, readOpenItemInput } from "./open-item-input.ts";

/** What to change; absent stays as it is. Null takes away the due date or the description. */
export interface OpenItemChanges {
  readonly number?: string | null;
  readonly counterpartyName?: string | null;
  readonly issuedOn?: LocalDate | null;
  readonly dueOn?: LocalDate | null;
  readonly amount?: OpenItemInput["amount"] | null;
  readonly description?: string | null;
}

/**
 * Changes an open item, and queues matching. What is settled of it stays settled.
 * @throws Forbidden, NotFound, InvalidInput, Conflict for a void item, an amount below what is settled, another
 *   currency while something is settled, or a number that another item has
 */
export async function updateOpenItem(
  app: App,
  viewer: Viewer,
  request: { id: string; changes: OpenItemChanges },
): Promise<OpenItem> {
  authorise(viewer, "open_items:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const before = await lockOpenItem(tx, request.id);
    refuseOwnWays(before);
    const read = readOpenItemInput(changed(before, request.changes));
    if (!read.ok) throw new InvalidInput(read.problem.message, read.problem.field);
    refuseBelowSettled(before, read.value);
    const after = await write(tx, before.id, read.value, app.now());
    const was = formatDecimal(money(before.amountMinor, before.currency));
    await recordAudit(
      tx,
      viewer,
      auditOfOpenItem("open_item.updated", after, { amountBefore: was }),
    );
    emitOpenItemsChanged(tx, [after.id]);
    await enqueueMatching(tx);
    return after;
  });
}

function refuseOwnWays({ kind, number, standaloneOf }: OpenItem): void {
  if (kind === "demand") {
    throw new Conflict(`${number} is a demand: it is changed with its unit and leaseholder.`);
  }
  if (standaloneOf !== null) {
    throw new Conflict(
      `${number} was made from a bank transaction and stays as that is: undo its match.`,
    );
  }
}

function changed(item: OpenItem, changes: OpenItemChanges): OpenItemInput {
  const { amountMinor, currency } = item;
  const amount = { amount: formatDecimal(money(amountMinor, currency)), currency };
  return {
    kind: item.kind,
    number: changes.number ?? item.number,
    counterpartyName: changes.counterpartyName ?? item.counterpartyName,
    issuedOn: changes.issuedOn ?? item.issuedOn,
    dueOn: changes.dueOn === undefined ? item.dueOn : changes.dueOn,
    amount: changes.amount ?? amount,
    description: changes.description === undefined ? item.description : changes.description,
  };
}

/** @throws Conflict */
export function refuseBelowSettled(before: OpenItem, after: OpenItemValues): void {
  const { allocatedMinor, currency } = before;
  if (allocatedMinor === 0n) return;
  const settled = `${formatDecimal(money(allocatedMinor, currency))} ${currency}`;
  if (after.currency !== currency) {
    throw new Conflict(`${settled} of it is settled: its currency cannot change.`);
  }
  if (after.amountMinor < allocatedMinor) {
    throw new Conflict(`${settled} of it is settled: its amount cannot be less.`);
  }
}

const uniqueViolation = "23505";

async function write(
  tx: TenantTransaction,
  id: string,
  values: OpenItemValues,
  now: Date,
): Promise<OpenItem> {
  const { number, counterpartyName, issuedOn, dueOn, currency, amountMinor, description } = values;
  try {
    const [after] = await tx.query<OpenItem>(
      `UPDATE open_item SET number = $2, counterparty_name = $3, issued_on = $4, due_on = $5, currency = $6,
         amount_minor = $7, description = $8, updated_at = $9
       WHERE id = $1 RETURNING ${openItemColumns}`,
      [id, number, counterpartyName, issuedOn, dueOn, currency, amountMinor, description, now],
    );
    if (!after) throw new Error("the open item is locked, so it is there");
    return after;
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    throw new Conflict(`There is an ${values.kind} ${number} of ${counterpartyName} already.`);
  }
}
