import type { TenantTransaction } from "../../db/as-organisation.ts";
import { Conflict, NotFound } from "../errors.ts";
import { knownIds } from "../ids.ts";
import { type OpenItem, openItemColumns } from "./open-item.ts";

/**
 * Locks one open item that a person is about to change.
 * @throws NotFound, Conflict when it is void
 */
export async function lockOpenItem(tx: TenantTransaction, id: string): Promise<OpenItem> {
  const [known] = knownIds([id], "open item");
  const [item] = await tx.query<OpenItem>(
    `SELECT ${openItemColumns} FROM open_item WHERE id = $1 FOR UPDATE`,
    [known],
  );
  if (!item) throw new NotFound("open item");
  if (item.status === "void") throw new Conflict(`${item.number} is void.`);
  return item;
}
