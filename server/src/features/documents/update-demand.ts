import type { App } from "../../app.ts";
import { formatDecimal, money } from "../../core/money.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfOpenItem } from "./audit-of-open-item.ts";
import {
  type DemandInput,
  type DemandPlace,
  lockDemandPlace,
  readDemandInput,
} from "./demand-input.ts";
import { emitOpenItemsChanged } from "./emit-open-items-changed.ts";
import { lockOpenItem } from "./lock-open-item.ts";
import { type OpenItem, openItemColumns } from "./open-item.ts";
import type { OpenItemValues } from "./open-item-input.ts";
import { refuseBelowSettled } from "./update-open-item.ts";

/**
 * Changes a demand, and queues matching. What is settled of it stays settled, and while something is, it stays with its
 * unit and leaseholder, and always in its block.
 * @throws Forbidden, NotFound, InvalidInput, Conflict
 */
export async function updateDemand(
  app: App,
  viewer: Viewer,
  request: { id: string; input: DemandInput },
): Promise<OpenItem> {
  authorise(viewer, "open_items:manage");
  const { id, input } = request;
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const place = await lockDemandPlace(tx, input);
    const before = await lockOpenItem(tx, id);
    refuseMove(before, place);
    const values = readDemandInput(input, place.leaseholder.name);
    refuseBelowSettled(before, values);
    const after = await write(tx, before.id, values, place, app.now());
    const was = formatDecimal(money(before.amountMinor, before.currency));
    const detail = { amountBefore: was, unit: place.unit.number };
    await recordAudit(tx, viewer, auditOfOpenItem("open_item.updated", after, detail));
    emitOpenItemsChanged(tx, [after.id]);
    await enqueueMatching(tx);
    return after;
  });
}

function refuseMove(before: OpenItem, { unit, leaseholder }: DemandPlace): void {
  if (before.kind !== "demand") throw new Conflict(`${before.number} is no demand.`);
  if (before.blockId !== unit.blockId) {
    throw new Conflict("The unit is in another block: void the demand and raise it there.");
  }
  const moves = before.unitId !== unit.id || before.leaseholderId !== leaseholder.id;
  if (!moves) return;
  if (before.allocatedMinor > 0n) {
    throw new Conflict("Something of it is settled: it stays with its unit and leaseholder.");
  }
  if (unit.archivedAt) throw new Conflict(`The unit ${unit.number} is archived.`);
  if (leaseholder.archivedAt) throw new Conflict(`${leaseholder.name} is archived.`);
}

async function write(
  tx: TenantTransaction,
  id: string,
  values: OpenItemValues,
  { unit, leaseholder }: DemandPlace,
  now: Date,
): Promise<OpenItem> {
  const [other] = await tx.query(
    "SELECT FROM open_item WHERE kind = 'demand' AND counterparty_name = $1 AND number = $2 AND id <> $3",
    [values.counterpartyName, values.number, id],
  );
  if (other) {
    throw new Conflict(`There is a demand ${values.number} to ${leaseholder.name} already.`);
  }
  const [after] = await tx.query<OpenItem>(
    `UPDATE open_item SET number = $2, counterparty_name = $3, issued_on = $4, due_on = $5, currency = $6,
       amount_minor = $7, description = $8, unit_id = $9, leaseholder_id = $10, updated_at = $11
     WHERE id = $1 RETURNING ${openItemColumns}`,
    [
      ...[id, values.number, values.counterpartyName, values.issuedOn, values.dueOn],
      ...[values.currency, values.amountMinor, values.description],
      ...[unit.id, leaseholder.id, now],
    ],
  );
  if (!after) throw new Error("the open item is locked, so it is there");
  return after;
}
