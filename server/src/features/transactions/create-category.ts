import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { recordAudit } from "../audit/record.ts";
import { Conflict, InvalidInput } from "../errors.ts";
import { authorise, type Viewer } from "../viewer.ts";
import type { Category } from "./bank-transaction.ts";

export type CategoryKind = "income" | "expense" | "transfer";

const nameCharactersMax = 80;

/** @throws Forbidden, InvalidInput, Conflict when the organisation has a category of that name */
export async function createCategory(
  app: App,
  viewer: Viewer,
  request: { name: string; kind: CategoryKind },
): Promise<Category> {
  authorise(viewer, "transactions:categorise");
  const category = { id: newId(), name: request.name.trim(), kind: request.kind };
  if (category.name === "" || category.name.length > nameCharactersMax) {
    throw new InvalidInput(`A name has 1 to ${nameCharactersMax} characters.`, "name");
  }
  return asOrganisation(app.database, viewer.organisationId, async (tx) => {
    const made = await tx.query(
      `INSERT INTO category (organisation_id, id, name, kind) VALUES ($1, $2, $3, $4)
       ON CONFLICT (organisation_id, name) DO NOTHING RETURNING id`,
      [tx.organisationId, category.id, category.name, category.kind],
    );
    if (made.length === 0) throw new Conflict(`There is a category ${category.name} already.`);
    await recordAudit(tx, viewer, {
      action: "category.created",
      subjectKind: "category",
      subjectId: category.id,
      detail: { name: category.name, kind: category.kind },
    });
    return category;
  });
}
