import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { enqueueMatching } from "../reconciliation/enqueue-matching.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfOpenItem } from "./audit-of-open-item.ts";
import { emitOpenItemsChanged } from "./emit-open-items-changed.ts";
import { type OpenItem, openItemColumns } from "./open-item.ts";
import { type OpenItemInput, readOpenItemInput } from "./open-item-input.ts";

/** Said where a demand is given without its unit and leaseholder. */
export const demandsApart =
  "A demand is raised to a leaseholder for a unit of a block: create or load it as a demand.";

/**
 * Adds an invoice or an expense, and queues matching.
 * @throws Forbidden, InvalidInput, Conflict when there is one of that kind, counterparty and number already
 */
export async function createOpenItem(
  app: App,
  viewer: Viewer,
  input: OpenItemInput,
): Promise<OpenItem> {
  authorise(viewer, "open_items:manage");
  if (input.kind === "demand") throw new InvalidInput(demandsApart, "kind");
  const read = readOpenItemInput(input);
  if (!read.ok) throw new InvalidInput(read.problem.message, read.problem.field);
  const values = read.value;
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const [item] = await tx.query<OpenItem>(
      `INSERT INTO open_item (organisation_id, id, kind, number, counterparty_name, issued_on, due_on,
         currency, amount_minor, description, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
       ON CONFLICT (organisation_id, kind, counterparty_name, number) DO NOTHING
       RETURNING ${openItemColumns}`,
      [
        tx.organisationId,
        newId(),
        values.kind,
        values.number,
        values.counterpartyName,
        values.issuedOn,
        values.dueOn,
        values.currency,
        values.amountMinor,
        values.description,
        app.now(),
      ],
    );
    if (!item) {
      const { kind, number, counterpartyName } = values;
      throw new Conflict(`There is an ${kind} ${number} of ${counterpartyName} already.`);
    }
    await recordAudit(tx, viewer, auditOfOpenItem("open_item.created", item));
    emitOpenItemsChanged(tx, [item.id]);
    await enqueueMatching(tx);
    return item;
  });
}
