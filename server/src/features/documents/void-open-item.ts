import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import { auditOfOpenItem } from "./audit-of-open-item.ts";
import { emitOpenItemsChanged } from "./emit-open-items-changed.ts";
import { lockOpenItem } from "./lock-open-item.ts";
import { type OpenItem, openItemColumns } from "./open-item.ts";

/**
 * Takes an open item out of the books. It stays readable.
 * @throws Forbidden, NotFound, Conflict when it is void already or something of it is settled
 */
export async function voidOpenItem(app: App, viewer: Viewer, id: string): Promise<OpenItem> {
  authorise(viewer, "open_items:manage");
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const item = await lockOpenItem(tx, id);
    if (item.allocatedMinor > 0n) {
      throw new Conflict(`${item.number} is settled in part or in full: undo its matches first.`);
    }
    const [after] = await tx.query<OpenItem>(
      `UPDATE open_item SET voided_at = $2, updated_at = $2 WHERE id = $1 RETURNING ${openItemColumns}`,
      [item.id, app.now()],
    );
    await recordAudit(tx, viewer, auditOfOpenItem("open_item.voided", item));
    emitOpenItemsChanged(tx, [item.id]);
    return after ?? item;
  });
}
