import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
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
import { type OpenItem, openItemColumns } from "./open-item.ts";

/**
 * Raises a demand to a leaseholder for a unit, and queues matching.
 * @throws Forbidden, NotFound, InvalidInput, Conflict when the block, unit or leaseholder is archived, or the leaseholder
 *   has a demand of that number already
 */
export async function createDemand(
  app: App,
  viewer: Viewer,
  input: DemandInput,
): Promise<OpenItem> {
  authorise(viewer, "open_items:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const place = await lockDemandPlace(tx, input);
    refuseArchived(place);
    const { block, unit, leaseholder } = place;
    const values = readDemandInput(input, leaseholder.name);
    const [item] = await tx.query<OpenItem>(
      `INSERT INTO open_item (organisation_id, id, kind, number, counterparty_name, issued_on, due_on, currency,
         amount_minor, description, block_id, unit_id, leaseholder_id, created_at, updated_at)
       VALUES ($1, $2, 'demand', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
       ON CONFLICT (organisation_id, kind, counterparty_name, number) DO NOTHING
       RETURNING ${openItemColumns}`,
      [
        ...[tx.organisationId, newId(), values.number, values.counterpartyName],
        ...[values.issuedOn, values.dueOn, values.currency, values.amountMinor],
        ...[values.description, block.id, unit.id, leaseholder.id, app.now()],
      ],
    );
    if (!item) {
      throw new Conflict(`There is a demand ${values.number} to ${leaseholder.name} already.`);
    }
    const detail = { unit: unit.number, block: block.name };
    await recordAudit(tx, viewer, auditOfOpenItem("open_item.created", item, detail));
    emitOpenItemsChanged(tx, [item.id]);
    await enqueueMatching(tx);
    return item;
  });
}

function refuseArchived({ block, unit, leaseholder }: DemandPlace): void {
  if (block.archivedAt) throw new Conflict(`The block “${block.name}” is archived.`);
  if (unit.archivedAt) throw new Conflict(`The unit ${unit.number} is archived.`);
  if (leaseholder.archivedAt) throw new Conflict(`${leaseholder.name} is archived.`);
}
